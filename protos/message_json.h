// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_MESSAGE_JSON_H_
#define PROTOS_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"

namespace cachestore {

// A message in JSON, in one line. Fields have their names of the .proto; those without presence are
// there also where they have their default. INTERNAL for what JSON cannot hold, such as a
// google.protobuf.Any of an unknown type.
absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message);

}  // namespace cachestore

#endif  // PROTOS_MESSAGE_JSON_H_
