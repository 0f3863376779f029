// SPDX-License-Identifier: Apache-2.0
export { AbortError } from "./abort.js";
export type { Bytes } from "./bytes.js";
export { CacheError, type Operation, type StatusName } from "./cache_error.js";
export type { CacheStore } from "./cache_store.js";
export type { Limits } from "./limits.js";
export { MemoryCacheStore, type MemoryOptions } from "./memory_cache_store.js";
export { NoneCacheStore } from "./none_cache_store.js";
export type * from "./options.js";
export { RemoteCacheStore, type RemoteOptions } from "./remote_cache_store.js";
export type { BreakerOptions } from "./breaker.js";
export { createCacheStore, type CreateOptions } from "./create_cache_store.js";
export {
  FailOpenCacheStore,
  type FailOpenCounts,
  type FailOpenOptions,
} from "./fail_open_cache_store.js";
export { ObservedCacheStore } from "./observed_cache_store.js";
export type { CacheObserver } from "./observer.js";
export { settingsFromEnvironment, type Backend, type CacheSettings } from "./settings.js";
