// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Entries by key and by expiry, bounded in number and in bytes. Not thread-safe.
 *
 * <p>A table that is full drops what expires first, and of entries that expire together the one
 * whose expiry was set first, until the new one fits; never the new one. Times are nanoseconds from
 * one beginning.
 */
final class EntryTable {
  /** What an entry takes beside its key and value: its objects, in a hash map and a tree. */
  static final long OVERHEAD_BYTES = 200;

  /** One entry. Its value is replaced, never changed. */
  static final class Entry {
    private final Key key;
    private byte[] value;
    private long expiryNanos;
    private long order;

    private Entry(Key key) {
      this.key = key;
    }

    byte[] value() {
      return value;
    }

    Duration remaining(long now) {
      return Duration.ofMillis((expiryNanos - now + 999_999) / 1_000_000);
    }

    private long bytes() {
      return sizeOf(key, value);
    }
  }

  private final long maxEntries;
  private final long maxBytes;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> byExpiry =
      new TreeSet<>(
          Comparator.<Entry>comparingLong(entry -> entry.expiryNanos)
              .thenComparingLong(entry -> entry.order));
  private long bytes;
  private long lastOrder;

  EntryTable(long maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }

  private static long sizeOf(Key key, byte[] value) {
    return key.size() + value.length + OVERHEAD_BYTES;
  }

  /** The live entry under a key, or null. */
  Entry find(Key key, long now) {
    Entry entry = entries.get(key);
    if (entry == null || entry.expiryNanos > now) return entry;
    remove(entry);
    return null;
  }

  /** Stores in place of {@code old}, which find has given; null: where none is. */
  void put(Key key, byte[] value, Entry old, long expiryNanos, long now) {
    checkFits(key, value);
    if (old != null) remove(old);
    makeRoom(sizeOf(key, value), now);
    Entry entry = new Entry(key);
    entry.value = value;
    entry.order = ++lastOrder;
    entry.expiryNanos = expiryNanos;
    add(entry);
  }

  /** Replaces the value and leaves the expiry. */
  void replace(Entry entry, byte[] value, long now) {
    checkFits(entry.key, value);
    remove(entry);
    makeRoom(sizeOf(entry.key, value), now);
    entry.value = value;
    add(entry);
  }

  void touch(Entry entry, long expiryNanos) {
    byExpiry.remove(entry);
    entry.order = ++lastOrder;
    entry.expiryNanos = expiryNanos;
    byExpiry.add(entry);
  }

  void remove(Entry entry) {
    entries.remove(entry.key);
    byExpiry.remove(entry);
    bytes -= entry.bytes();
  }

  void clear() {
    entries.clear();
    byExpiry.clear();
    bytes = 0;
  }

  private void add(Entry entry) {
    entries.put(entry.key, entry);
    byExpiry.add(entry);
    bytes += entry.bytes();
  }

  private void checkFits(Key key, byte[] value) {
    long size = sizeOf(key, value);
    if (size <= maxBytes) return;
    throw new Refused(
        Status.Code.RESOURCE_EXHAUSTED,
        ("value: the entry takes %d bytes; the store holds %d bytes (max_bytes): store less, or"
                + " raise it")
            .formatted(size, maxBytes));
  }

  private void makeRoom(long newBytes, long now) {
    while (!byExpiry.isEmpty()) {
      Entry first = byExpiry.first();
      boolean full = entries.size() >= maxEntries || bytes + newBytes > maxBytes;
      if (!full && first.expiryNanos > now) return;
      remove(first);
    }
  }
}
