// SPDX-License-Identifier: Apache-2.0
#include "service/log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>

#include "absl/time/clock.h"

namespace cachestore {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

Log::Log(LogFormat format, LogLevel least)
    : format_(format),
      logger_(std::make_unique<spdlog::logger>("cache_server",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  logger_->set_level(LevelOf(least));
}

Log::~Log() = default;

void Log::Write(const LogLine& line) {
  if (!logger_->should_log(LevelOf(line.level))) return;
  const std::string text = format_ == LogFormat::kJson ? JsonOf(line, absl::Now()) : TextOf(line);
  logger_->log(LevelOf(line.level), spdlog::string_view_t(text.data(), text.size()));
}

void Log::Info(absl::string_view message) {
  Write({.level = LogLevel::kInfo, .message = std::string(message)});
}

void Log::Warning(absl::string_view message) {
  Write({.level = LogLevel::kWarning, .message = std::string(message)});
}

void Log::Error(absl::string_view message) {
  Write({.level = LogLevel::kError, .message = std::string(message)});
}

}  // namespace cachestore
