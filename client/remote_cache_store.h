// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_REMOTE_CACHE_STORE_H_
#define CLIENT_REMOTE_CACHE_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/call_coalescer.h"
#include "client/client_spec.h"
#include "client/client_tls.h"
#include "client/remote_batch.h"
#include "client/remote_call.h"
#include "client/service_connection.h"
#include "client/service_url.h"
#include "stores/batch_item.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"

namespace cachestore {

// A cache service that programs share, as a CacheStore. Any number of calls travel over one
// connection at a time. Large values are shared with gRPC's buffers in both directions, never
// copied.
//
// The service decides: its limits, its default TTL, its errors. Answered here are only calls after
// Close, calls whose deadline has passed before they begin, and batches of more than
// max_batch_keys.
//
// What ends UNAVAILABLE and may be repeated is repeated, up to four times within the deadline (see
// client/channel.h); never what depends on what is stored, changes a TTL, or counts. After a
// failure the connection comes back by itself.
//
// A batch whose request would be larger than max_batch_bytes is sent in parts, one after the other,
// and values for which its reply had no room are fetched by Gets. If then an entry beyond the first
// part is refused, the parts before it are done.
class RemoteCacheStore final : public CacheStore {
 public:
  struct Options {
    // See ParseServiceUrl.
    std::string url = kDefaultServiceUrl;

    // Whom a grpcs:// URL's client trusts, and what it shows: see ReadClientTls.
    ClientTls tls = {};

    // What shows the service who calls, as `cachectl token new` prints it; empty: nothing. Whoever
    // can read what carries the calls can call with it.
    std::string token = {};

    // Whether it may go to another machine without TLS: where something else encrypts, a mesh, say.
    bool insecure_token = false;

    // How long a call may take that gives no deadline. Finite. Raise it where a Clear takes longer.
    absl::Duration default_timeout = absl::Seconds(client_spec::kTimeoutSeconds);

    // What the service accepts of a batch: how many keys, and how large a request.
    size_t max_batch_keys = kDefaultMaxBatchKeys;
    size_t max_batch_bytes = kDefaultMaxBatchBytes;

    // Whether Get, Set, Delete and Exists of up to 16 KiB travel together: those that are made
    // while an RPC of their kind is in flight go as one batch when it has ended. Default: each goes
    // by itself. Turn it on where a program has dozens of them in flight at a time: it makes
    // several times as many then, and both sides work less for each.
    std::optional<Coalescing> coalescing = {};
  };

  // Connects with the first call: a service that is not there yet is no error here.
  // INVALID_ARGUMENT if the URL, the token or the timeout is none, if `coalescing` makes no sense,
  // if `tls` is for a URL without TLS, or if the token would travel in the clear to another
  // machine.
  static absl::StatusOr<std::unique_ptr<RemoteCacheStore>> Create(const Options& options);

  ~RemoteCacheStore() override;

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override;
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override;
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Clear(const CallOptions& options, StatusCallback done) override;
  void Ping(const CallOptions& options, StatusCallback done) override;

  // Closes this client's connection. The service goes on for others.
  void Close(StatusCallback done) override;

  void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
               GetResultCallback done) override;
  void ExistsWith(absl::string_view key, const ExistsOptions& exists, const CallOptions& options,
                  ExistsResultCallback done) override;
  void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
               const CallOptions& options, BoolCallback done) override;
  void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                BoolCallback done) override;
  void Increment(absl::string_view key, int64_t delta, std::optional<absl::Duration> ttl,
                 const CallOptions& options, IncrementCallback done) override;
  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override;
  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override;
  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;
  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;

 private:
  template <typename Result>
  using Callback = absl::AnyInvocable<void(Result) &&>;

  RemoteCacheStore(const ServiceAddress& address, const Options& options);

  // Runs when the last call has ended.
  auto Releasing() const;

  absl::Time DeadlineOf(const CallOptions& options) const;

  // Whether a call of so many bytes travels with others.
  bool Joins(size_t bytes) const { return coalescer_ != nullptr && coalescer_->Takes(bytes); }

  // Answers a call that may not begin.
  template <typename Result>
  static bool Refuses(CallGate::Pass& pass, const CallOptions& options, Callback<Result>& done);

  // Makes the call that `make` gives, and gives `done` what `decode` makes of the answer.
  template <typename Result>
  void Start(const CallOptions& options, absl::FunctionRef<RemoteRequest()> make,
             Result (*decode)(const absl::Cord&), Callback<Result> done);

  // Makes the call together with others, by `add`.
  template <typename Request, typename Result>
  void Join(const CallOptions& options,
            void (CallCoalescer::*add)(Request request, CoalescedCall<Result> call),
            Request request, Callback<Result> done);

  // Makes the calls that `split` gives for a batch of so many items, by `start`.
  template <typename Results>
  void StartParts(BatchField field, size_t items, const CallOptions& options,
                  absl::FunctionRef<std::vector<RemoteBatch::Part>()> split,
                  void (*start)(RemoteBatch batch, Callback<absl::StatusOr<Results>> done),
                  Callback<absl::StatusOr<Results>> done);

  const absl::Duration default_timeout_;
  const size_t max_batch_keys_;
  const size_t max_batch_bytes_;
  // Outlasts the store until the last call has left.
  const std::shared_ptr<ServiceConnection> connection_;
  const std::shared_ptr<CallCoalescer> coalescer_;  // Null if calls do not travel together.
  CallGate gate_;
};

}  // namespace cachestore

#endif  // CLIENT_REMOTE_CACHE_STORE_H_
