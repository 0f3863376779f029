// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_UNSENT_BYTES_H_
#define SERVICE_TRANSPORTS_HTTP2_UNSENT_BYTES_H_

#include <atomic>
#include <cstddef>
#include <utility>

namespace cachestore::http2 {

// Bounds what waits to be read by slow callers: replies that are on their way. Thread-safe.
//
// Only large replies are counted. What the small ones come to is bounded by the streams of a
// connection, and they are too many to have all threads count in one place.
class UnsentBytes {
 public:
  static constexpr size_t kMinCountedBytes = size_t{16} * 1024;

  // A part of the bound, until it is destroyed.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept { *this = std::move(other); }
    Share& operator=(Share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      for (; of_ != nullptr; of_ = of_->parent_) of_->bytes_.fetch_sub(bytes_);
    }

   private:
    friend class UnsentBytes;
    Share(UnsentBytes* of, size_t bytes) : of_(of), bytes_(bytes) {}

    UnsentBytes* of_ = nullptr;
    size_t bytes_ = 0;
  };

  // At most `most` bytes here, which count in `parent`, too, if there is one; that must outlive
  // this, and this all shares.
  explicit UnsentBytes(size_t most, UnsentBytes* parent = nullptr) : most_(most), parent_(parent) {}

  // Whether a reply of so many bytes may be sent: then it has its share.
  bool Take(size_t bytes, Share& share) {
    if (bytes < kMinCountedBytes) return true;
    if (!TryAdd(bytes)) return false;
    share = Share(this, bytes);
    return true;
  }

 private:
  bool TryAdd(size_t bytes) {
    // One that is alone may be as large as it likes.
    const size_t before = bytes_.fetch_add(bytes);
    const bool fits = before == 0 || before + bytes <= most_;
    if (fits && (parent_ == nullptr || parent_->TryAdd(bytes))) return true;
    bytes_.fetch_sub(bytes);
    return false;
  }

  const size_t most_;
  UnsentBytes* const parent_;
  std::atomic<size_t> bytes_{0};
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_UNSENT_BYTES_H_
