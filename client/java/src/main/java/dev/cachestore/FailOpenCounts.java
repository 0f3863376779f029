// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

/**
 * How much fail-open has hidden since the store was opened.
 *
 * @param misses reads that missed because the service was not asked or did not answer: one for each
 *     key of a batch
 * @param lostWrites what was not stored, or not deleted, for the same reason: one for each entry or
 *     key of a batch
 */
public record FailOpenCounts(long misses, long lostWrites) {
  /** Of a store that hides nothing. */
  public static final FailOpenCounts NONE = new FailOpenCounts(0, 0);
}
