// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_METHOD_H_
#define SERVICE_DOOR_METHOD_H_

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "service/door/audience.h"
#include "service/door/call.h"

namespace cachestore {

// One RPC: its path on the wire, whom it is for, and what it does. All transports serve the same
// table of these.
struct Method {
  // Answers with call.Finish(), then or later.
  using Unary = std::function<void(Call& call)>;

  // Takes the stream; the handler lives until the call has ended.
  using Streaming = std::function<std::shared_ptr<StreamHandler>(std::shared_ptr<Stream> stream)>;

  std::string path;  // "/package.Service/Method"
  Audience audience;
  std::variant<Unary, Streaming> handle;
};

using MethodTable = std::vector<Method>;

}  // namespace cachestore

#endif  // SERVICE_DOOR_METHOD_H_
