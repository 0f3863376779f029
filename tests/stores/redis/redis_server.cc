// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/redis_server.h"

#include <hiredis/hiredis.h>

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/loopback.h"

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

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), context_(nullptr, redisFree) {
  StartOnFreePort();
}

RedisServer::RedisServer(const Sentinel& sentinel)
    : arguments_({"--sentinel"}), is_sentinel_(true), context_(nullptr, redisFree) {
  // It writes to this file what it comes to know.
  std::ofstream(absl::StrCat(folder_.path(), "/sentinel.conf")) << sentinel.configuration;
  StartOnFreePort();
}

void RedisServer::StartOnFreePort() {
  // Another process may take the port in between.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = FreePort();
    if (TryStart()) return;
  }
  ADD_FAILURE() << "redis-server does not start: " << process_->standard_output();
}

RedisServer::~RedisServer() = default;

std::string RedisServer::url() const { return absl::StrCat("redis://127.0.0.1:", port_, "/0"); }

std::string RedisServer::unix_url() const {
  return absl::StrCat("unix://", folder_.path(), "/socket");
}

std::string RedisServer::Run(const std::vector<std::string>& command) {
  if (context_ == nullptr) {
    context_.reset(redisConnectUnix(absl::StrCat(folder_.path(), "/socket").c_str()));
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
  std::vector<std::string> command = {"/usr/bin/redis-server"};
  if (is_sentinel_) command.push_back(absl::StrCat(folder_.path(), "/sentinel.conf"));
  const std::vector<std::string> common = {
      "--port",    absl::StrCat(port_), "--bind",
      "127.0.0.1", "--unixsocket",      absl::StrCat(folder_.path(), "/socket"),
      "--dir",     folder_.path(),      "--save",
      "",          "--appendonly",      "no"};
  command.insert(command.end(), common.begin(), common.end());
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<Subprocess>(command);
  const std::string ready = is_sentinel_ ? "Sentinel ID is" : "Ready to accept connections";
  if (!process_->AwaitOutputLine(ready).empty()) return true;
  process_->Wait();
  return false;
}

}  // namespace cachestore
