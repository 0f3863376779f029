// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_METHOD_H_
#define SERVICE_DOOR_METHOD_H_

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "service/door/call.h"

namespace cachestore {

// One RPC: its path on the wire and what it does. All transports serve the same table of these.
struct Method {
  // Answers with call.Finish(), then or later.
  using Unary = std::function<void(Call& call)>;

  // Takes the stream; the handler lives until the call has ended.
  using Streaming = std::function<std::shared_ptr<StreamHandler>(std::shared_ptr<Stream> stream)>;

  enum class Audience {
    kEveryone,
    kOperators,  // Whoever runs the server's machine: loopback addresses and unix sockets.
  };

  std::string path;  // "/package.Service/Method"
  std::variant<Unary, Streaming> handle;
  Audience audience = Audience::kEveryone;
};

using MethodTable = std::vector<Method>;

}  // namespace cachestore

#endif  // SERVICE_DOOR_METHOD_H_
