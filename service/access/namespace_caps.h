// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_NAMESPACE_CAPS_H_
#define SERVICE_ACCESS_NAMESPACE_CAPS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace cachestore {

// How much the memory of a namespace may hold; nullopt: as much as the settings say.
struct NamespaceCaps {
  std::optional<size_t> max_entries = {};
  std::optional<size_t> max_bytes = {};

  bool operator==(const NamespaceCaps&) const = default;
};

// Namespaces by their names.
using CappedNamespaces = std::map<std::string, NamespaceCaps>;

}  // namespace cachestore

#endif  // SERVICE_ACCESS_NAMESPACE_CAPS_H_
