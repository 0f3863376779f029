// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_VERSION_H_
#define STORES_VERSION_H_

namespace cachestore {

// Semantic versioning (https://semver.org); CHANGELOG.md says what each brought.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace cachestore

#endif  // STORES_VERSION_H_
