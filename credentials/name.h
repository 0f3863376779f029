// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_NAME_H_
#define CREDENTIALS_NAME_H_

#include "absl/strings/string_view.h"

namespace cachestore {

// What a name is, as it ends the sentence "takes ...".
inline constexpr char kNameForm[] = "1 to 63 characters of a-z, 0-9 and -";

// Whether an identity, or a namespace, can be called this. No name has a _ or a :, so that a token
// and a stored key each say where the name in them ends.
bool IsName(absl::string_view text);

}  // namespace cachestore

#endif  // CREDENTIALS_NAME_H_
