// SPDX-License-Identifier: Apache-2.0
#include "service/descriptor_limit.h"

#include <sys/resource.h>

namespace cachestore {

size_t RaiseDescriptorLimit() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace cachestore
