// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_HTTP2_FUZZED_CONNECTION_H_
#define TESTS_SERVICE_HTTP2_FUZZED_CONNECTION_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// Gives `bytes` to a connection, slice number i with size_of(i) of them, and time to pass between
// them; then ends it. Ends the process, and says why, if a promise is not kept: what is sent is
// whole frames, every call that began is finished and gone, and nothing stays accounted for.
void TryConnection(absl::string_view bytes, absl::FunctionRef<size_t(size_t)> size_of);

}  // namespace cachestore::http2

#endif  // TESTS_SERVICE_HTTP2_FUZZED_CONNECTION_H_
