// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REQUEST_TABLE_H_
#define STORES_REDIS_REQUEST_TABLE_H_

#include <utility>
#include <vector>

#include "stores/redis/connection_machine.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"

namespace cachestore::redis {

// The open requests of a connection, by the numbers that its machine knows them by. Not
// thread-safe. O(1).
class RequestTable {
 public:
  // Requests were counted into `limit`, which must outlive this.
  explicit RequestTable(RequestLimit& limit) : limit_(limit) {}

  // Gives a request a number that no open one has.
  RequestId Open(Request request) {
    if (free_ids_.empty()) {
      requests_.push_back(std::move(request));
      return static_cast<RequestId>(requests_.size() - 1);
    }
    const RequestId id = free_ids_.back();
    free_ids_.pop_back();
    requests_[id] = std::move(request);
    return id;
  }

  // An open one; until the next Open.
  Request& operator[](RequestId id) { return requests_[id]; }
  const Request& operator[](RequestId id) const { return requests_[id]; }

  // Counts a request out of the limit; its number may be used again. Gives its handler, if that is
  // still there: to be run when the table is not in use.
  Request::Handler Close(RequestId id) {
    limit_.Leave(requests_[id].admitted_calls, requests_[id].admitted_bytes);
    Request::Handler handler = std::move(requests_[id].handler);
    requests_[id] = {};
    free_ids_.push_back(id);
    return handler;
  }

 private:
  RequestLimit& limit_;
  std::vector<Request> requests_;
  std::vector<RequestId> free_ids_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_TABLE_H_
