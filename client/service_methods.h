// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_SERVICE_METHODS_H_
#define CLIENT_SERVICE_METHODS_H_

namespace cachestore {

// The RPCs that stores make.
inline constexpr char kGetMethod[] = "/cachestore.v1.CacheStore/Get";
inline constexpr char kSetMethod[] = "/cachestore.v1.CacheStore/Set";
inline constexpr char kDeleteMethod[] = "/cachestore.v1.CacheStore/Delete";
inline constexpr char kExistsMethod[] = "/cachestore.v1.CacheStore/Exists";
inline constexpr char kClearMethod[] = "/cachestore.v1.CacheStore/Clear";
inline constexpr char kPingMethod[] = "/cachestore.v1.CacheStore/Ping";
inline constexpr char kBatchGetMethod[] = "/cachestore.v1.CacheBatch/BatchGet";
inline constexpr char kBatchSetMethod[] = "/cachestore.v1.CacheBatch/BatchSet";
inline constexpr char kBatchDeleteMethod[] = "/cachestore.v1.CacheBatch/BatchDelete";
inline constexpr char kBatchExistsMethod[] = "/cachestore.v1.CacheBatch/BatchExists";
inline constexpr char kIncrementMethod[] = "/cachestore.v1.CacheCounter/Increment";

}  // namespace cachestore

#endif  // CLIENT_SERVICE_METHODS_H_
