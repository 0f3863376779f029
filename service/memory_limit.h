// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_MEMORY_LIMIT_H_
#define SERVICE_MEMORY_LIMIT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// How many bytes of memory this process may have: those of its machine, or fewer where a control
// group that it is in, such as a container's, lets it have fewer (cgroups(7), of either version).
uint64_t MemoryLimit();

// The same, of a process with this /proc/self/cgroup, where control groups are mounted at `mount`
// and the machine has so many bytes.
uint64_t MemoryLimitOf(absl::string_view groups, const std::string& mount, uint64_t machine);

}  // namespace cachestore

#endif  // SERVICE_MEMORY_LIMIT_H_
