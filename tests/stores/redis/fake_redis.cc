// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/fake_redis.h"

#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cachestore {

FakeConnection::FakeConnection(int fd) : fd_(fd), reader_(redisReaderCreate(), redisReaderFree) {
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

FakeConnection::~FakeConnection() {
  if (fd_ >= 0) close(fd_);
}

// A command has the form of a reply: an array of strings.
std::vector<std::string> FakeConnection::ReadCommand() {
  while (true) {
    void* object = nullptr;
    EXPECT_EQ(redisReaderGetReply(reader_.get(), &object), REDIS_OK);
    if (object != nullptr) {
      const std::unique_ptr<redisReply, void (*)(void*)> command(static_cast<redisReply*>(object),
                                                                 freeReplyObject);
      std::vector<std::string> arguments;
      for (size_t i = 0; i < command->elements; ++i) {
        arguments.emplace_back(command->element[i]->str, command->element[i]->len);
      }
      return arguments;
    }
    char buffer[4096];
    const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
    if (size <= 0) return {};
    redisReaderFeed(reader_.get(), buffer, static_cast<size_t>(size));
  }
}

void FakeConnection::Send(const std::string& bytes) const {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t size = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;
    sent += static_cast<size_t>(size);
  }
}

void FakeConnection::SendByteByByte(const std::string& bytes) const {
  for (const char byte : bytes) Send(std::string(1, byte));
}

void FakeConnection::Greet() {
  EXPECT_EQ(ReadCommand(), std::vector<std::string>{"PING"});
  Send("+PONG\r\n");
}

void FakeConnection::AwaitClose() const {
  char buffer[4096];
  while (recv(fd_, buffer, sizeof(buffer), 0) > 0) {
  }
}

void FakeConnection::Reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(std::exchange(fd_, -1));
}

FakeRedis::FakeRedis(std::vector<Script> scripts)
    : scripts_(std::move(scripts)), listener_(BindToLoopback()) {
  EXPECT_EQ(listen(listener_.fd, 16), 0);
  thread_ = std::thread([this] { Run(); });
}

FakeRedis::~FakeRedis() {
  shutdown(listener_.fd, SHUT_RDWR);  // Ends accept().
  thread_.join();
  close(listener_.fd);
}

std::string FakeRedis::url() const { return absl::StrCat("redis://127.0.0.1:", listener_.port); }

void FakeRedis::Run() {
  while (true) {
    const int fd = accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const auto number = static_cast<size_t>(connections_.fetch_add(1));
    FakeConnection connection(fd);
    scripts_[std::min(number, scripts_.size() - 1)](connection);
  }
}

}  // namespace cachestore
