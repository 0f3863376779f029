// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REPLY_READER_H_
#define STORES_REDIS_REPLY_READER_H_

#include <cstddef>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "stores/redis/reply.h"

struct redisReader;

namespace cachestore::redis {

// Makes replies of the bytes of one connection, with hiredis's reader. What a Redis that is broken
// or hostile may send, it refuses without having kept much of it. Not thread-safe.
class ReplyReader {
 public:
  // No reply may be longer than `max_reply_bytes`.
  explicit ReplyReader(size_t max_reply_bytes);
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Takes the next bytes, and gives `take` each reply that is whole with them, until `take` returns
  // false; then the rest is not looked at. INTERNAL if the bytes are no protocol, or a reply is too
  // large: then nothing that follows means anything. O(bytes) in all.
  absl::Status Read(absl::string_view bytes, absl::FunctionRef<bool(Reply)> take);

 private:
  struct Assembly;

  const size_t max_reply_bytes_;
  // Counts whole slices, so the end of the reply before may be among them.
  size_t bytes_since_reply_ = 0;
  const std::unique_ptr<Assembly> assembly_;
  const std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REPLY_READER_H_
