// SPDX-License-Identifier: Apache-2.0

// A call owns what it needs and its pass through the gate. The gate's last pass releases the
// connection, so that calls use it without a lock, and it stays as long as one of them is in
// flight, whether the store does or not.
#include "client/remote_cache_store.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/call_queue.h"
#include "client/channel.h"
#include "protos/byte_buffer.h"
#include "protos/cache_codec.h"
#include "stores/completion.h"
#include "stores/limits.h"

namespace cachestore {
namespace {

constexpr char kGet[] = "/cachestore.v1.CacheStore/Get";
constexpr char kSet[] = "/cachestore.v1.CacheStore/Set";
constexpr char kDelete[] = "/cachestore.v1.CacheStore/Delete";
constexpr char kExists[] = "/cachestore.v1.CacheStore/Exists";
constexpr char kClear[] = "/cachestore.v1.CacheStore/Clear";
constexpr char kPing[] = "/cachestore.v1.CacheStore/Ping";

// Clear and Ping ask with a message without fields.
absl::Cord EncodeEmpty() { return {}; }

}  // namespace

class RemoteCacheStore::Connection {
 public:
  explicit Connection(ServiceAddress address)
      : address_(std::move(address)),
        stub_(std::make_unique<grpc::GenericStub>(CreateServiceChannel(address_))) {}

  const ServiceAddress& address() const { return address_; }

  // For who holds a pass.
  grpc::GenericStub& stub() { return *stub_; }

  // Closes the channel. For when all passes are back; again and at the same time as well.
  void Release() {
    std::call_once(released_, [this] { stub_.reset(); });
  }

 private:
  const ServiceAddress address_;
  std::unique_ptr<grpc::GenericStub> stub_;
  std::once_flag released_;
};

// One call in flight; deletes itself when its callback has returned.
template <typename Result>
class RemoteCacheStore::Call final : public QueuedCall {
 public:
  Call(CallGate::Pass pass, const Connection& connection, Result (*decode)(const absl::Cord&),
       Callback<Result> done)
      : pass_(std::move(pass)), connection_(connection), decode_(decode), done_(std::move(done)) {}

  void Start(grpc::GenericStub& stub, const char* method, absl::Time deadline,
             const absl::Cord& request) {
    context_.set_deadline(absl::ToChronoTime(deadline));
    reader_ = stub.PrepareUnaryCall(&context_, method, ByteBufferFromCord(request), &CallQueue());
    reader_->StartCall();
    // The last access: from here on the call may end, on another thread, and be gone.
    reader_->Finish(&response_, &status_, this);
  }

  void Finished() override {
    const std::unique_ptr<Call> self(this);
    std::move(done_)(MakeResult());
  }

 private:
  Result MakeResult() const {
    const ServiceAddress& address = connection_.address();
    if (!status_.ok()) return FromServiceStatus(status_, address);
    // gRPC lets an OK without a message pass.
    if (response_.Valid()) {
      Result result = decode_(CordFromByteBuffer(response_));
      if (result.ok()) return result;
    }
    return absl::InternalError(absl::StrCat("the cache service at ", address.name,
                                            " answered with bytes that are no valid message; "
                                            "check that a cache service listens there"));
  }

  // First, so that it leaves last: then nothing of this call holds the channel.
  const CallGate::Pass pass_;

  const Connection& connection_;
  Result (*const decode_)(const absl::Cord&);
  Callback<Result> done_;
  grpc::ClientContext context_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
};

absl::StatusOr<std::unique_ptr<RemoteCacheStore>> RemoteCacheStore::Create(const Options& options) {
  absl::StatusOr<ServiceAddress> address = ParseServiceUrl(options.url);
  if (!address.ok()) return address.status();
  if (options.default_timeout <= absl::ZeroDuration() ||
      options.default_timeout == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(absl::StrCat("default_timeout: is ",
                                                   absl::FormatDuration(options.default_timeout),
                                                   "; give more than zero and less than infinite"));
  }
  return std::unique_ptr<RemoteCacheStore>(new RemoteCacheStore(*address, options.default_timeout));
}

RemoteCacheStore::RemoteCacheStore(const ServiceAddress& address, absl::Duration default_timeout)
    : default_timeout_(default_timeout), connection_(std::make_shared<Connection>(address)) {}

RemoteCacheStore::~RemoteCacheStore() {
  gate_.Close([connection = connection_] { connection->Release(); });
}

template <typename Result>
void RemoteCacheStore::Start(const char* method, const CallOptions& options,
                             absl::FunctionRef<absl::Cord()> encode,
                             Result (*decode)(const absl::Cord&), Callback<Result> done) {
  CallGate::Pass pass = gate_.Enter();
  if (absl::Status status = CheckCall(pass, options); !status.ok()) {
    Completion::Run(pass, done, [&]() -> Result { return std::move(status); });
    return;
  }
  const absl::Time deadline = options.deadline == absl::InfiniteFuture()
                                  ? absl::Now() + default_timeout_
                                  : options.deadline;
  Connection& connection = *connection_;
  auto* const call = new Call<Result>(std::move(pass), connection, decode, std::move(done));
  call->Start(connection.stub(), method, deadline, encode());
}

void RemoteCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  Start(
      kGet, options, [key] { return codec::EncodeKeyRequest(key); }, codec::DecodeGetResponse,
      std::move(done));
}

void RemoteCacheStore::Set(absl::string_view key, absl::Cord value,
                           std::optional<absl::Duration> ttl, const CallOptions& options,
                           StatusCallback done) {
  Start(
      kSet, options, [&] { return codec::EncodeSetRequest(key, value, ttl); }, codec::DecodeEmpty,
      std::move(done));
}

void RemoteCacheStore::Delete(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Start(
      kDelete, options, [key] { return codec::EncodeKeyRequest(key); }, codec::DecodeBoolResponse,
      std::move(done));
}

void RemoteCacheStore::Exists(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Start(
      kExists, options, [key] { return codec::EncodeKeyRequest(key); }, codec::DecodeBoolResponse,
      std::move(done));
}

void RemoteCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  Start(kClear, options, EncodeEmpty, codec::DecodeEmpty, std::move(done));
}

void RemoteCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  Start(kPing, options, EncodeEmpty, codec::DecodeEmpty, std::move(done));
}

void RemoteCacheStore::Close(StatusCallback done) {
  gate_.Close([connection = connection_, done = std::move(done)]() mutable {
    connection->Release();
    Completion::RunClosed(done);
  });
}

}  // namespace cachestore
