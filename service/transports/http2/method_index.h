// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_METHOD_INDEX_H_
#define SERVICE_TRANSPORTS_HTTP2_METHOD_INDEX_H_

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/door/method.h"

namespace cachestore::http2 {

// Finds methods by their path. Thread-safe.
class MethodIndex {
 public:
  // `methods` must outlive this.
  explicit MethodIndex(const MethodTable& methods) {
    for (const Method& method : methods) methods_.emplace(method.path, &method);
  }

  // Null if there is none.
  const Method* Find(absl::string_view path) const {
    const auto found = methods_.find(path);
    return found == methods_.end() ? nullptr : found->second;
  }

 private:
  absl::flat_hash_map<absl::string_view, const Method*> methods_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_METHOD_INDEX_H_
