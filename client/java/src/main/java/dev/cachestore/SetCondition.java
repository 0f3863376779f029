// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

/**
 * On what a Set depends.
 *
 * @param kind which of the conditions
 * @param etag of {@code IF_ETAG}; otherwise empty
 */
public record SetCondition(Kind kind, byte[] etag) {
  /** The conditions there are. */
  public enum Kind {
    /** Stores in any case. */
    NONE,
    /** Stores only where no live entry is. */
    IF_ABSENT,
    /** Stores only where a live entry is. */
    IF_PRESENT,
    /** Stores only where a live entry is whose value has this etag. */
    IF_ETAG
  }

  static final SetCondition NONE = new SetCondition(Kind.NONE, new byte[0]);
  static final SetCondition IF_ABSENT = new SetCondition(Kind.IF_ABSENT, new byte[0]);
  static final SetCondition IF_PRESENT = new SetCondition(Kind.IF_PRESENT, new byte[0]);

  static SetCondition ifEtag(byte[] etag) {
    return new SetCondition(Kind.IF_ETAG, etag.clone());
  }
}
