// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/admin.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace cachestore {

MethodTable AdminMethods(std::function<v1::StatsResponse(bool want_history)> stats) {
  return {{.path = "/cachestore.v1.CacheAdmin/Stats",
           .audience = Audience::Operators(),
           .handle = [stats = std::move(stats)](Call& call) {
             v1::StatsRequest request;
             if (!request.ParseFromString(std::string(call.request()))) {
               return call.Finish(absl::InvalidArgumentError("request: is no StatsRequest"), {});
             }
             call.Finish({}, absl::Cord(stats(request.want_history()).SerializeAsString()));
           }}};
}

}  // namespace cachestore
