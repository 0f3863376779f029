// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/redis_server.h"

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

std::string TextOf(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply.elements; ++i) {
        absl::StrAppend(&text, TextOf(*reply.element[i]), "\n");
      }
      return text;
    }
    default:
      return {reply.str, static_cast<size_t>(reply.len)};
  }
}

std::string NewFolder() {
  // Not the test's own folder: the path of a unix socket must be short.
  char path[] = "/tmp/cachestore-redis-XXXXXX";
  EXPECT_NE(mkdtemp(path), nullptr);
  return path;
}

}  // namespace

uint16_t FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), folder_(NewFolder()), context_(nullptr, redisFree) {
  // Another process may take the port in between.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = FreePort();
    if (TryStart()) return;
  }
  ADD_FAILURE() << "redis-server does not start: " << process_->standard_output();
}

RedisServer::~RedisServer() {
  process_.reset();
  std::filesystem::remove_all(folder_);
}

std::string RedisServer::url() const { return absl::StrCat("redis://127.0.0.1:", port_, "/0"); }

std::string RedisServer::unix_url() const { return absl::StrCat("unix://", folder_, "/socket"); }

std::string RedisServer::Run(const std::vector<std::string>& command) {
  if (context_ == nullptr) {
    context_.reset(redisConnectUnix(absl::StrCat(folder_, "/socket").c_str()));
  }
  std::vector<const char*> pointers;
  std::vector<size_t> sizes;
  for (const std::string& argument : command) {
    pointers.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(command.size()),
                                                pointers.data(), sizes.data())),
      freeReplyObject);
  if (reply != nullptr) return TextOf(*reply);
  const std::string error = context_->errstr;
  context_.reset();
  return absl::StrCat("no reply: ", error);
}

void RedisServer::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
  context_.reset();
}

void RedisServer::Start() {
  EXPECT_TRUE(TryStart()) << "redis-server does not start: " << process_->standard_output();
}

bool RedisServer::TryStart() {
  std::vector<std::string> command = {"/usr/bin/redis-server",
                                      "--port",
                                      absl::StrCat(port_),
                                      "--bind",
                                      "127.0.0.1",
                                      "--unixsocket",
                                      absl::StrCat(folder_, "/socket"),
                                      "--dir",
                                      folder_,
                                      "--save",
                                      "",
                                      "--appendonly",
                                      "no"};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<Subprocess>(command);
  if (!process_->AwaitOutputLine("Ready to accept connections").empty()) return true;
  process_->Wait();
  return false;
}

}  // namespace cachestore
