// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_HANDLERS_STORE_CALL_H_
#define SERVICE_HANDLERS_STORE_CALL_H_

#include "protos/cache_codec.h"
#include "service/door/call.h"
#include "stores/cache_options.h"

namespace cachestore {

// What a store is told of a call on the wire.
inline CallOptions OptionsOf(const Call& call) { return {.deadline = call.deadline()}; }

// The options of a Set. Takes the etag out of `request`.
SetOptions SetOptionsOf(codec::SetRequest& request);

}  // namespace cachestore

#endif  // SERVICE_HANDLERS_STORE_CALL_H_
