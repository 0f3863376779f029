// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_REMOTE_CACHE_STORE_H_
#define CLIENT_REMOTE_CACHE_STORE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/service_url.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"

namespace cachestore {

// A cache service that programs share, as a CacheStore. Any number of calls travel over one
// connection at a time. Large values are shared with gRPC's buffers in both directions, never
// copied.
//
// The service decides: its limits, its default TTL, its errors. Answered here are only calls after
// Close, and calls whose deadline has passed before they begin.
//
// What ends UNAVAILABLE and may be repeated is repeated, up to four times within the deadline (see
// client/channel.h). After a failure the connection comes back by itself.
class RemoteCacheStore final : public CacheStore {
 public:
  struct Options {
    // See ParseServiceUrl.
    std::string url = kDefaultServiceUrl;

    // How long a call may take that gives no deadline. Finite. Raise it where a Clear takes longer.
    absl::Duration default_timeout = absl::Seconds(5);
  };

  // Connects with the first call: a service that is not there yet is no error here.
  // INVALID_ARGUMENT if the URL or the timeout is none.
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

 private:
  // What calls use; outlasts the store until the last of them has left.
  class Connection;

  template <typename Result>
  class Call;

  template <typename Result>
  using Callback = absl::AnyInvocable<void(Result) &&>;

  RemoteCacheStore(const ServiceAddress& address, absl::Duration default_timeout);

  // Makes the call `method` with the request that `encode` gives, and gives `done` what `decode`
  // makes of the answer.
  template <typename Result>
  void Start(const char* method, const CallOptions& options, absl::FunctionRef<absl::Cord()> encode,
             Result (*decode)(const absl::Cord&), Callback<Result> done);

  const absl::Duration default_timeout_;
  const std::shared_ptr<Connection> connection_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // CLIENT_REMOTE_CACHE_STORE_H_
