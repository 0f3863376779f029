// SPDX-License-Identifier: Apache-2.0
#include "tests/service/frame_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

constexpr size_t kHeadBytes = 9;  // Of a frame.

// What a PING says that is to be answered.
constexpr char kQuestion[] = "answered";

// As poll() has it.
int Millis(std::chrono::seconds time) {
  return static_cast<int>(std::chrono::milliseconds(time).count());
}

// A number of so many bytes, the highest first.
std::string Number(uint32_t value, int bytes) {
  std::string text;
  while (bytes > 0) text.push_back(static_cast<char>(value >> (8 * --bytes)));
  return text;
}

uint32_t NumberIn(absl::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

// A string of HPACK (RFC 7541, 5.2), not compressed.
std::string HpackString(absl::string_view text) {
  constexpr size_t kLargestInPrefix = 127;
  if (text.size() < kLargestInPrefix) return absl::StrCat(Number(text.size(), 1), text);
  std::string length = Number(kLargestInPrefix, 1);
  size_t rest = text.size() - kLargestInPrefix;
  for (; rest >= 128; rest >>= 7) length.push_back(static_cast<char>(rest % 128 + 128));
  return absl::StrCat(length, Number(rest, 1), text);
}

}  // namespace

FrameClient::FrameClient(const std::string& address, absl::string_view greeting)
    : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(std::atoi(address.substr(address.rfind(':') + 1).c_str()));
  EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  const timeval patience = {.tv_sec = kLong.count(), .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  Send(greeting);
}

FrameClient::~FrameClient() { close(fd_); }

std::string FrameClient::Greeting() {
  return absl::StrCat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Encode({.type = kSettings}));
}

void FrameClient::Send(absl::string_view frames) const {
  EXPECT_EQ(send(fd_, frames.data(), frames.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(frames.size()));
}

bool FrameClient::TrySend(absl::string_view frames) const {
  while (!frames.empty()) {
    const ssize_t count = send(fd_, frames.data(), frames.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0) return false;
    frames.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool FrameClient::Push(absl::string_view frames) {
  while (!frames.empty()) {
    pollfd ready = {.fd = fd_, .events = POLLIN | POLLOUT, .revents = 0};
    if (poll(&ready, 1, Millis(kLong)) != 1) {
      ADD_FAILURE() << "the server neither reads nor hangs up";
      return false;
    }
    if ((ready.revents & ~POLLOUT) != 0 && !Drop()) return false;
    if ((ready.revents & POLLOUT) == 0) continue;
    const ssize_t count = send(fd_, frames.data(), frames.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) frames.remove_prefix(static_cast<size_t>(count));
    if (count < 0 && errno != EAGAIN) return false;
  }
  return Drop();
}

bool FrameClient::IsServed() {
  is_answered_ = false;
  return Push(Encode({.type = kPing, .payload = kQuestion})) && DropUntil(is_answered_, kLong);
}

bool FrameClient::AwaitEnd(std::chrono::seconds most) { return DropUntil(has_ended_, most); }

FrameClient::Frame FrameClient::Await(Type type) {
  while (!testing::Test::HasFailure()) {
    const std::string head = Read(kHeadBytes);
    const absl::string_view fields = head;
    Frame frame = {.type = static_cast<uint8_t>(head[3]),
                   .flags = static_cast<uint8_t>(head[4]),
                   .stream = NumberIn(fields.substr(5)),
                   .payload = Read(NumberIn(fields.substr(0, 3)))};
    if (frame.type == type) return frame;
  }
  return {};
}

std::string FrameClient::AnswerTo(const Frame& ping) {
  return Encode({.type = kPing, .flags = kAck, .payload = ping.payload});
}

std::string FrameClient::Field(absl::string_view name, absl::string_view value) {
  return absl::StrCat(Number(0, 1), HpackString(name), HpackString(value));
}

std::string FrameClient::RememberedField(absl::string_view name, absl::string_view value) {
  return absl::StrCat(Number(0x40, 1), HpackString(name), HpackString(value));
}

std::string FrameClient::FieldsOf(absl::string_view path) {
  return absl::StrCat(Field(":method", "POST"), Field(":scheme", "http"), Field(":path", path),
                      Field(":authority", "test"), Field("content-type", "application/grpc"),
                      Field("te", "trailers"));
}

std::string FrameClient::CallOf(uint32_t stream, absl::string_view path,
                                absl::string_view message) {
  return absl::StrCat(
      Encode({.type = kHeaders, .flags = kEndHeaders, .stream = stream, .payload = FieldsOf(path)}),
      Encode({.type = kData,
              .flags = kEndStream,
              .stream = stream,
              .payload = absl::StrCat(Number(0, 1), Number(message.size(), 4), message)}));
}

std::string FrameClient::Encode(const Frame& frame) {
  return absl::StrCat(Number(frame.payload.size(), 3), Number(frame.type, 1),
                      Number(frame.flags, 1), Number(frame.stream, 4), frame.payload);
}

bool FrameClient::Drop() {
  std::string buffer(65536, '\0');
  while (true) {
    const ssize_t count = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return true;
    has_ended_ = count <= 0;
    if (has_ended_) return false;
    unread_.append(buffer, 0, static_cast<size_t>(count));
    absl::string_view frames = unread_;
    while (frames.size() >= kHeadBytes) {
      const size_t size = kHeadBytes + NumberIn(frames.substr(0, 3));
      if (frames.size() < size) break;
      const absl::string_view frame = frames.substr(0, size);
      if (frame == Encode({.type = kPing, .flags = kAck, .payload = kQuestion})) {
        is_answered_ = true;
      }
      frames.remove_prefix(size);
    }
    unread_.erase(0, unread_.size() - frames.size());
  }
}

bool FrameClient::DropUntil(const bool& condition, std::chrono::seconds most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  pollfd ready = {.fd = fd_, .events = POLLIN, .revents = 0};
  while (!condition && !has_ended_ && std::chrono::steady_clock::now() < deadline) {
    if (poll(&ready, 1, Millis(most)) == 1) Drop();
  }
  return condition;
}

std::string FrameClient::Read(size_t bytes) {
  std::string read = unread_.substr(0, bytes);
  unread_.erase(0, read.size());
  const size_t had = read.size();
  read.resize(bytes);
  if (had == bytes) return read;
  EXPECT_EQ(recv(fd_, read.data() + had, bytes - had, MSG_WAITALL),
            static_cast<ssize_t>(bytes - had))
      << "the server hung up, or said nothing for long";
  return read;
}

}  // namespace cachestore
