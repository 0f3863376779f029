// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/grpc_transport.h"

#include <grpc/grpc.h>
#include <grpc/support/time.h>
#include <grpcpp/resource_quota.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "service/transports/grpc/server_credentials.h"
#include "service/transports/listen_address.h"
#include "stores/steady_deadline.h"

namespace cachestore {
namespace {

// Clients may ping every 10 s, with and without calls; gRPC would otherwise disconnect those that
// do so more often than every 5 minutes. Half of it, as clocks and networks jitter.
constexpr int kMinPingMillis = 5'000;

constexpr absl::Duration kHangUpTime = absl::Milliseconds(200);

// What gRPC's buffers may hold, of all connections: as many of the largest messages, and so much at
// least. Beyond it the connections that take most are reset.
constexpr size_t kQuotaMessages = 16;
constexpr size_t kMinQuotaBytes = size_t{256} << 20;

// What peers that mean harm may take; docs/security.md has what each bound is for, and those that
// gRPC does not have.
void SetBounds(size_t max_receive_bytes, grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  // Newer gRPC counts a call against that until its memory is freed, some time after its caller has
  // the answer: so it would refuse calls of those who keep within the bound.
  builder.AddChannelArgument("grpc.http.overload_protection", 0);
  builder.SetResourceQuota(
      grpc::ResourceQuota("cache_server")
          .Resize(std::max(kQuotaMessages * max_receive_bytes, kMinQuotaBytes)));
  // A message of 1 MiB would be inflated to 1 GiB before its size is looked at.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  // For TLS and the peer's SETTINGS.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  // Of silence, until a PING; and for its answer, or for the peer's kernel to take anything.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
}

void SetArguments(size_t max_receive_bytes, grpc::ServerBuilder& builder) {
  SetBounds(max_receive_bytes, builder);
  builder.SetMaxReceiveMessageSize(static_cast<int>(max_receive_bytes));
  builder.SetMaxSendMessageSize(-1);
  // Otherwise two servers share a port silently, each with half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Its counts, which nobody can ask for here, take a twentieth of a call.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

// While it lives, files are created with this mode and no other, by any thread.
class FileMode {
 public:
  explicit FileMode(unsigned mode) : previous_(umask(~mode & 0777)) {}
  ~FileMode() { umask(previous_); }
  FileMode(const FileMode&) = delete;
  FileMode& operator=(const FileMode&) = delete;

 private:
  const mode_t previous_;
};

// `timeout` from now as gRPC has it. Not a time of day, as that changes when the clock is set.
gpr_timespec GrpcDeadline(absl::Duration timeout) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(absl::ToInt64Nanoseconds(timeout), GPR_TIMESPAN));
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcTransport>> GrpcTransport::Start(const TransportOptions& options,
                                                                    Door& door) {
  std::unique_ptr<GrpcTransport> transport(new GrpcTransport(door));
  if (absl::Status status = transport->Listen(options); !status.ok()) return status;
  transport->Serve();
  return transport;
}

GrpcTransport::~GrpcTransport() {
  if (server_ == nullptr) {
    for (const auto& queue : queues_) queue->Shutdown();
    for (const auto& queue : queues_) queue->Run();
    return;
  }
  if (!drained_) Drain(absl::ZeroDuration());
  // A call that arrived last may still stand in its queue, unseen by the door. It is to be answered
  // there, and gRPC aborts when anything is begun on a queue that was shut down.
  posted_.Close([this] {
    const MutexLock lock(mutex_);
    none_posted_ = true;
    changed_.NotifyAll();
  });
  {
    const MutexLock lock(mutex_);
    while (!empty_ || !none_posted_) changed_.Wait(mutex_);
  }
  for (const auto& queue : queues_) queue->Shutdown();
  for (std::thread& thread : threads_) thread.join();
}

absl::Status GrpcTransport::Listen(const TransportOptions& options) {
  for (const std::string& address : options.listen) {
    const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
    if (!parts.ok()) return parts.status();
    if (absl::Status status = CheckNotServed(*parts); !status.ok()) return status;
  }
  grpc::ServerBuilder builder;
  SetArguments(options.max_receive_bytes, builder);
  std::vector<int> ports(options.listen.size(), 0);
  for (size_t i = 0; i < ports.size(); ++i) {
    credentials_.push_back(ServerCredentialsOf(options.tls));
    builder.AddListeningPort(options.listen[i], credentials_.back(), &ports[i]);
  }
  builder.RegisterService(&service_);
  for (size_t i = 0; i < options.threads; ++i) {
    queues_.push_back(std::make_unique<ServerQueue>(builder.AddCompletionQueue()));
  }
  {
    const FileMode of_unix_sockets(options.unix_socket_mode);
    server_ = builder.BuildAndStart();
  }
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i] == 0) return ListenError(options.listen[i]);
    addresses_.push_back(WithPort(options.listen[i], ports[i]));
  }
  if (server_ == nullptr) return absl::UnavailableError("gRPC could not start");
  return absl::OkStatus();
}

void GrpcTransport::Serve() {
  const MethodTable& methods = door_.methods();
  const auto remember = [this](const std::shared_ptr<StreamCall>& stream) { Remember(stream); };
  for (const auto& queue : queues_) {
    for (size_t method = 0; method < methods.size(); ++method) {
      if (std::holds_alternative<Method::Streaming>(methods[method].handle)) {
        StreamCall::Post(door_, service_, method, queue->completions(), posted_, remember);
        continue;
      }
      acceptors_.emplace_back(door_, service_, method, *queue, posted_).Start();
    }
  }
  for (const auto& queue : queues_) {
    threads_.emplace_back([queue = queue.get()] { queue->Run(); });
  }
}

bool GrpcTransport::Drain(absl::Duration timeout) {
  const auto deadline = SteadyDeadline(timeout);
  drained_ = true;
  door_.Close([this] {
    const MutexLock lock(mutex_);
    empty_ = true;
    changed_.NotifyAll();
  });
  EndStreams();
  // Tells all clients to go elsewhere, and returns when their connections have ended.
  std::thread shutdown([this, timeout] {
    server_->Shutdown(GrpcDeadline(timeout));
    const MutexLock lock(mutex_);
    shut_down_ = true;
    changed_.NotifyAll();
  });
  const bool answered_all = AwaitUntil(deadline, &GrpcTransport::empty_);
  // A client that is idle may take seconds to hang up, or never do so. Once all is answered, it is
  // given a moment.
  AwaitUntil(std::min(deadline, SteadyDeadline(kHangUpTime)), &GrpcTransport::shut_down_);
  grpc_server_cancel_all_calls(server_->c_server());
  shutdown.join();
  return answered_all;
}

bool GrpcTransport::AwaitUntil(std::chrono::steady_clock::time_point deadline,
                               bool GrpcTransport::*condition) {
  const MutexLock lock(mutex_);
  while (!(this->*condition) && changed_.WaitUntil(mutex_, deadline)) {
  }
  return this->*condition;
}

void GrpcTransport::Remember(const std::shared_ptr<StreamCall>& stream) {
  const MutexLock lock(mutex_);
  // One that comes now is refused at the door.
  if (draining_) return;
  std::erase_if(streams_, [](const auto& other) { return other.expired(); });
  streams_.push_back(stream);
}

void GrpcTransport::EndStreams() {
  std::vector<std::weak_ptr<StreamCall>> streams;
  {
    const MutexLock lock(mutex_);
    draining_ = true;
    streams.swap(streams_);
  }
  for (const std::weak_ptr<StreamCall>& stream : streams) {
    if (const auto open = stream.lock()) {
      open->Finish(absl::UnavailableError("the server is draining"));
    }
  }
}

}  // namespace cachestore
