// SPDX-License-Identifier: Apache-2.0
#include "client/service_connection.h"

namespace cachestore {

grpc::GenericStub& ServiceConnection::stub(Repetition repetition) {
  Lane& lane = lanes_[static_cast<size_t>(repetition)];
  std::call_once(lane.opened, [&] {
    lane.stub =
        std::make_unique<grpc::GenericStub>(CreateServiceChannel(address_, tls_, repetition));
  });
  return *lane.stub;
}

void ServiceConnection::Release() {
  std::call_once(released_, [this] {
    for (Lane& lane : lanes_) lane.stub.reset();
  });
}

}  // namespace cachestore
