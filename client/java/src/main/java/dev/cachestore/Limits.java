// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * What one entry may be in a store of this process. Refuses with the words of the service, so that
 * changing the backend changes no error. Messages hold sizes, never contents.
 *
 * @param maxKeyBytes the longest key
 * @param maxValueBytes the largest value
 * @param defaultTtl the TTL of a Set that gives none
 * @param maxTtl the longest TTL
 * @param maxBatchKeys the most keys, or entries, of one batch
 */
record Limits(
    long maxKeyBytes, long maxValueBytes, Duration defaultTtl, Duration maxTtl, long maxBatchKeys) {
  static final Limits DEFAULT =
      new Limits(
          Spec.MAX_KEY_BYTES,
          Spec.MAX_VALUE_BYTES,
          Duration.ofSeconds(Spec.DEFAULT_TTL_SECONDS),
          Duration.ofSeconds(Spec.MAX_TTL_SECONDS),
          Spec.MAX_BATCH_KEYS);

  /** The same for all stores: a call that may take no time at all is a slip. */
  static void checkTimeout(Optional<Duration> timeout) {
    if (timeout.isEmpty() || timeout.get().compareTo(Duration.ZERO) > 0) return;
    throw Refused.argument(
        "timeout: is %s; give more than zero, or leave it out for the store's own"
            .formatted(DurationText.format(timeout.get())));
  }

  void checkKey(Key key) {
    if (key.size() == 0) throw Refused.argument("key: is empty; give a key of at least 1 byte");
    if (key.size() <= maxKeyBytes) return;
    throw Refused.argument(
        "key: is %d bytes; the limit is %d bytes (max_key_bytes): shorten or hash it"
            .formatted(key.size(), maxKeyBytes));
  }

  /** Gives the TTL of an entry that the Set creates. */
  Duration checkSet(Key key, byte[] value, SetOptions options) {
    checkKey(key);
    if (value.length > maxValueBytes) {
      throw Refused.argument(
          "value: is %d bytes; the limit is %d bytes (max_value_bytes): split or compress it"
              .formatted(value.length, maxValueBytes));
    }
    if (options.keepTtl() && options.ttl().isPresent()) {
      throw Refused.argument("keep_ttl: is given, and so is a ttl; leave one of them out");
    }
    if (options.condition().kind() == SetCondition.Kind.IF_ETAG) {
      checkEtag(options.condition().etag());
    }
    return checkTtl(options.ttl());
  }

  static void checkEtag(byte[] etag) {
    if (etag.length == Spec.ETAG_BYTES) return;
    throw Refused.argument(
        "if_etag: is %d bytes; an etag has %d: give one that a Get with want_etag returned"
            .formatted(etag.length, Spec.ETAG_BYTES));
  }

  Duration checkTtl(Optional<Duration> ttl) {
    String otherwise = "for the default of " + DurationText.format(defaultTtl);
    return checkDuration("ttl", ttl.orElse(defaultTtl), otherwise);
  }

  void checkTouch(Optional<Duration> touch) {
    if (touch.isPresent()) checkDuration("touch", touch.get(), "to keep the TTL as it is");
  }

  private Duration checkDuration(String field, Duration ttl, String otherwise) {
    if (ttl.isZero() || ttl.isNegative()) {
      throw Refused.argument(
          "%s: is %s; give more than zero, or leave it out %s"
              .formatted(field, DurationText.format(ttl), otherwise));
    }
    if (ttl.compareTo(maxTtl) <= 0) return ttl;
    throw Refused.argument(
        "%s: is %s; the limit is %s (max_ttl): give less"
            .formatted(field, DurationText.format(ttl), DurationText.format(maxTtl)));
  }

  void checkKeys(List<Key> keys) {
    checkItems("keys", keys.size(), i -> checkKey(keys.get(i)));
  }

  void checkEntries(List<SetEntry> entries) {
    checkItems(
        "entries",
        entries.size(),
        i -> checkSet(entries.get(i).key(), entries.get(i).value(), entries.get(i).options()));
  }

  /** Names the first item that is refused: keys[0], entries[1].key. */
  private void checkItems(String field, int size, IntConsumer check) {
    if (size == 0) throw Refused.argument(field + ": is empty; give at least one of them");
    if (size > maxBatchKeys) {
      throw Refused.argument(
          "%s: has %d of them; the limit is %d (max_batch_keys): split the batch"
              .formatted(field, size, maxBatchKeys));
    }
    for (int i = 0; i < size; i++) {
      try {
        check.accept(i);
      } catch (Refused refused) {
        String reason = refused.getMessage();
        // A key is the item itself; an entry has fields.
        String rest = field.equals("keys") ? reason.replaceFirst("^key", "") : "." + reason;
        throw Refused.argument(field + "[" + i + "]" + rest);
      }
    }
  }
}
