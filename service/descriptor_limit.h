// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DESCRIPTOR_LIMIT_H_
#define SERVICE_DESCRIPTOR_LIMIT_H_

#include <cstddef>

namespace cachestore {

// Lets this process have as many descriptors, of which each connection is one, as the system allows
// it (RLIMIT_NOFILE: from its soft limit to its hard one), and says how many those are.
size_t RaiseDescriptorLimit();

}  // namespace cachestore

#endif  // SERVICE_DESCRIPTOR_LIMIT_H_
