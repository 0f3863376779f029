// SPDX-License-Identifier: Apache-2.0

// hiredis parses and calls back for each object that it finds; the objects are built in place, in
// one Reply that begins anew after each whole one. A callback that returns null ends the parse.
#include "stores/redis/reply_reader.h"

#include <hiredis/read.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cachestore::redis {
namespace {

// Whether what is read next is a line that does not end. hiredis looks for the end from the line's
// beginning whenever more has come: the time for a line grows with the square of its length.
bool HasEndlessLine(const redisReader& reader) {
  // Redis's own limit for what it reads as a line; what it writes as one is shorter.
  constexpr size_t kMaxLineBytes = size_t{64} * 1024;
  const absl::string_view rest(reader.buf + reader.pos, reader.len - reader.pos);
  return rest.size() > kMaxLineBytes && !absl::StrContains(rest.substr(0, kMaxLineBytes), "\r\n");
}

}  // namespace

// The reply that is being read.
struct ReplyReader::Assembly {
  // More elements than the largest reply that any command of ours gets: a SCAN's. An array's header
  // is short, and makes room for all that it announces.
  static constexpr size_t kMaxElements = size_t{1} << 16;

  // How many arrays an array may be in. hiredis 0.14 has this limit of its own; newer ones have
  // none, and what is nested deeply takes as deep a stack to free.
  static constexpr int kMaxDepth = 7;

  Reply root;
  size_t elements = 0;

  void Clear() {
    root = Reply();
    elements = 0;
  }

  static int DepthOf(const redisReadTask* task) {
    int depth = 0;
    for (const redisReadTask* outer = task->parent; outer != nullptr; outer = outer->parent)
      ++depth;
    return depth;
  }

  // Where the object of `task` goes: the root, or into the array that it is an element of.
  static Reply* PlaceOf(const redisReadTask* task) {
    if (task->parent == nullptr) return &static_cast<Assembly*>(task->privdata)->root;
    return &static_cast<Reply*>(task->parent->obj)->elements[static_cast<size_t>(task->idx)];
  }

  // RESP2 is all that is asked for. A newer hiredis reads RESP3, too, through the same functions:
  // for its types they end the parse.
  static bool IsOneOf(const redisReadTask* task, std::initializer_list<int> types) {
    return std::ranges::find(types, task->type) != types.end();
  }

  static void* CreateString(const redisReadTask* task, char* text, size_t size) {
    if (!IsOneOf(task, {REDIS_REPLY_STRING, REDIS_REPLY_STATUS, REDIS_REPLY_ERROR})) return nullptr;
    Reply* const reply = PlaceOf(task);
    reply->type = task->type == REDIS_REPLY_ERROR    ? Reply::Type::kError
                  : task->type == REDIS_REPLY_STATUS ? Reply::Type::kStatus
                                                     : Reply::Type::kString;
    reply->text.assign(text, size);
    return reply;
  }

  // The type of a size differs between releases of hiredis.
  template <typename Size>
  static void* CreateArray(const redisReadTask* task, Size size) {
    if (!IsOneOf(task, {REDIS_REPLY_ARRAY}) || DepthOf(task) > kMaxDepth) return nullptr;
    auto* const assembly = static_cast<Assembly*>(task->privdata);
    const auto count = static_cast<size_t>(size);
    if (count > kMaxElements - assembly->elements) return nullptr;
    assembly->elements += count;
    Reply* const reply = PlaceOf(task);
    reply->type = Reply::Type::kArray;
    reply->elements.resize(count);
    return reply;
  }

  template <typename Integer>
  static void* CreateInteger(const redisReadTask* task, Integer value) {
    Reply* const reply = PlaceOf(task);
    reply->type = Reply::Type::kInteger;
    reply->integer = value;
    return reply;
  }

  // Of a string or an array: nothing.
  static void* CreateNil(const redisReadTask* task) {
    if (!IsOneOf(task, {REDIS_REPLY_STRING, REDIS_REPLY_ARRAY})) return nullptr;
    Reply* const reply = PlaceOf(task);
    reply->type = Reply::Type::kNil;
    return reply;
  }

  static redisReplyObjectFunctions* Functions() {
    static redisReplyObjectFunctions functions = [](auto made) {
      made.createString = CreateString;
      made.createArray = CreateArray;
      made.createInteger = CreateInteger;
      made.createNil = CreateNil;
      made.freeObject = [](void*) {};
      if constexpr (requires { made.createDouble; }) {
        made.createDouble = [](const redisReadTask*, double, char*, size_t) -> void* {
          return nullptr;
        };
        made.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
      }
      return made;
    }(redisReplyObjectFunctions{});
    return &functions;
  }
};

ReplyReader::ReplyReader(size_t max_reply_bytes)
    : max_reply_bytes_(max_reply_bytes),
      assembly_(std::make_unique<Assembly>()),
      reader_(redisReaderCreateWithFunctions(Assembly::Functions()), redisReaderFree) {
  reader_->privdata = assembly_.get();
}

ReplyReader::~ReplyReader() = default;

absl::Status ReplyReader::Read(absl::string_view bytes, absl::FunctionRef<bool(Reply)> take) {
  // The reader moves what it has not read to the front after each KiB, so it is given little.
  constexpr size_t kSlice = 8 * 1024;
  while (!bytes.empty()) {
    const absl::string_view slice = bytes.substr(0, kSlice);
    bytes.remove_prefix(slice.size());
    bytes_since_reply_ += slice.size();
    if (bytes_since_reply_ > max_reply_bytes_ + kSlice) {
      return absl::InternalError(
          absl::StrCat("a reply is longer than ", max_reply_bytes_, " bytes"));
    }
    redisReaderFeed(reader_.get(), slice.data(), slice.size());
    while (true) {
      void* object = nullptr;
      if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
        return absl::InternalError("what came in is not the protocol of Redis");
      }
      if (object == nullptr) break;
      bytes_since_reply_ = 0;
      Reply reply = std::move(assembly_->root);
      assembly_->Clear();
      if (!take(std::move(reply))) return absl::OkStatus();
    }
    if (HasEndlessLine(*reader_)) {
      return absl::InternalError("what came in is not the protocol of Redis");
    }
  }
  return absl::OkStatus();
}

}  // namespace cachestore::redis
