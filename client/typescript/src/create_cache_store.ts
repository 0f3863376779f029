// SPDX-License-Identifier: Apache-2.0
import { named, ofSettings } from "./cache_error.js";
import type { CacheStore } from "./cache_store.js";
import type { BreakerOptions } from "./breaker.js";
import { FailOpenCacheStore } from "./fail_open_cache_store.js";
import { MemoryCacheStore } from "./memory_cache_store.js";
import { NoneCacheStore } from "./none_cache_store.js";
import { ObservedCacheStore } from "./observed_cache_store.js";
import type { CacheObserver } from "./observer.js";
import { RemoteCacheStore } from "./remote_cache_store.js";
import { parseServiceUrl } from "./service_url.js";
import { checkSettings, settingsFromEnvironment, type CacheSettings } from "./settings.js";
import { SETTINGS } from "./spec.js";
import { readTokenFile } from "./token.js";

/** What a program decides for itself, besides its settings. */
export interface CreateOptions extends CacheSettings {
  /** See RemoteOptions. */
  timeoutSeconds?: number | undefined;
  maxCallsInFlight?: number | undefined;

  /** Whether a service that is away counts as misses: see FailOpenCacheStore. Default: no. */
  failOpen?: boolean | BreakerOptions | undefined;

  /** Is told of hits, misses, errors and latencies. Default: nobody. */
  observer?: CacheObserver | undefined;
}

/**
 * An application's cache. What stands behind it is a setting, by default that of the environment:
 *
 *   const cache = createCacheStore();
 *   const cache = createCacheStore({ ...settingsFromEnvironment(), failOpen: true });
 *
 * Nothing here connects. Throws a CacheError, INVALID_ARGUMENT, of one line that names the setting
 * that is wrong.
 */
export function createCacheStore(given: CreateOptions = settingsFromEnvironment()): CacheStore {
  const store = ofSettings(() => {
    checkSettings(given);
    return observed(backendOf(given), given.observer);
  });
  if (given.failOpen === undefined || given.failOpen === false) return store;
  const breaker = given.failOpen === true ? {} : given.failOpen;
  return new FailOpenCacheStore(store, { ...breaker, observer: given.observer });
}

function observed(store: CacheStore, observer: CacheObserver | undefined): CacheStore {
  return observer === undefined ? store : new ObservedCacheStore(store, observer);
}

function backendOf(given: CreateOptions): CacheStore {
  const backend = given.backend ?? SETTINGS.APP_CACHE_BACKEND;
  if (backend === "remote") return remote(given);
  const limits = defined({
    maxKeyBytes: given.maxKeyBytes,
    maxValueBytes: given.maxValueBytes,
    defaultTtlSeconds: given.defaultTtlSeconds,
    maxTtlSeconds: given.maxTtlSeconds,
    maxBatchKeys: given.maxBatchKeys,
  });
  if (backend === "none") return new NoneCacheStore(limits);
  const { maxEntries, maxBytes } = given;
  return new MemoryCacheStore({ limits, maxEntries, maxBytes });
}

function remote(given: CreateOptions): CacheStore {
  const url = given.storageUrl === "" ? undefined : given.storageUrl;
  named("storageUrl (APP_CACHE_STORAGE_URL)", () => {
    if (url !== undefined) parseServiceUrl(url);
  });
  const { authTokenFile } = given;
  const token = named("authTokenFile (APP_CACHE_AUTH_TOKEN_FILE)", () =>
    authTokenFile === undefined ? undefined : readTokenFile(authTokenFile),
  );
  return new RemoteCacheStore({ ...given, url, token });
}

function defined<T extends object>(given: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
