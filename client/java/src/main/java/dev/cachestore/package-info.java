// SPDX-License-Identifier: Apache-2.0
/**
 * A cache behind one interface: nothing, the memory of this process, or a service that programs
 * share. Begin with {@link dev.cachestore.CacheStores}.
 */
package dev.cachestore;
