// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_WORKLOAD_H_
#define BENCHMARKS_LOAD_WORKLOAD_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cachestore {

enum class LoadOperation { kGetHit, kGetMiss, kSet, kExists, kDelete };

// What is asked, and what must be answered. Keys have 15 bytes; a value is its key and then as many
// bytes as it takes, so that an answer to another call is found out.
class Workload {
 public:
  Workload(LoadOperation operation, size_t keys, size_t value_bytes);

  LoadOperation operation() const { return operation_; }
  size_t keys() const { return keys_.size(); }
  const std::string& Key(size_t number) const { return keys_[number]; }

  // A value for WriteValue to be called on.
  std::string NewValue() const { return std::string(value_bytes_, 'v'); }
  void WriteValue(size_t number, std::string& value) const {
    const size_t bytes = std::min(keys_[number].size(), value_bytes_);
    value.replace(0, bytes, keys_[number], 0, bytes);
  }

 private:
  const LoadOperation operation_;
  const size_t value_bytes_;
  std::vector<std::string> keys_;
};

class Caller;

// Who wants to know that a call has ended. Called on any thread; may start the next one.
class CallerOwner {
 public:
  // `error` is empty if the answer was the right one, and lives for this call only.
  virtual void Ended(Caller& caller, absl::string_view error) = 0;

 protected:
  ~CallerOwner() = default;
};

// Makes one call at a time.
class Caller {
 public:
  explicit Caller(const Workload& workload) : workload(workload), value(workload.NewValue()) {}
  virtual ~Caller() = default;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // Begins a call for a key. Its owner hears of the end, possibly before this returns.
  virtual void Start(size_t number) = 0;

  const Workload& workload;
  std::string value;     // What is stored, or expected.
  uint64_t random = 0;   // Of the owner: what comes next.
  int64_t start_ns = 0;  // Of the owner.
};

// A client of the service, by which callers call.
class LoadClient {
 public:
  virtual ~LoadClient() = default;
  virtual std::unique_ptr<Caller> NewCaller(const Workload& workload, CallerOwner& owner) = 0;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_WORKLOAD_H_
