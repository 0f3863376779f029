// SPDX-License-Identifier: Apache-2.0
#include "tests/service/frame_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

constexpr timeval kLong = {.tv_sec = 20, .tv_usec = 0};

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

// A header field as RFC 7541, 6.2.2 has it, without compression. Both are shorter than 127 bytes.
std::string Field(absl::string_view name, absl::string_view value) {
  return absl::StrCat(Number(0, 1), Number(name.size(), 1), name, Number(value.size(), 1), value);
}

}  // namespace

FrameClient::FrameClient(const std::string& address) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(std::atoi(address.substr(address.rfind(':') + 1).c_str()));
  EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kLong, sizeof(kLong));
  Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  Send(Encode({.type = kSettings}));
}

FrameClient::~FrameClient() { close(fd_); }

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

FrameClient::Frame FrameClient::Await(Type type) const {
  while (!testing::Test::HasFailure()) {
    const std::string head = Read(9);
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

std::string FrameClient::CallOf(uint32_t stream, absl::string_view path,
                                absl::string_view message) {
  const std::string fields =
      absl::StrCat(Field(":method", "POST"), Field(":scheme", "http"), Field(":path", path),
                   Field(":authority", "test"), Field("content-type", "application/grpc"),
                   Field("te", "trailers"));
  return absl::StrCat(
      Encode({.type = kHeaders, .flags = kEndHeaders, .stream = stream, .payload = fields}),
      Encode({.type = kData,
              .flags = kEndStream,
              .stream = stream,
              .payload = absl::StrCat(Number(0, 1), Number(message.size(), 4), message)}));
}

std::string FrameClient::Encode(const Frame& frame) {
  return absl::StrCat(Number(frame.payload.size(), 3), Number(frame.type, 1),
                      Number(frame.flags, 1), Number(frame.stream, 4), frame.payload);
}

std::string FrameClient::Read(size_t bytes) const {
  std::string read(bytes, '\0');
  if (bytes == 0) return read;
  EXPECT_EQ(recv(fd_, read.data(), bytes, MSG_WAITALL), static_cast<ssize_t>(bytes))
      << "the server hung up, or said nothing for long";
  return read;
}

}  // namespace cachestore
