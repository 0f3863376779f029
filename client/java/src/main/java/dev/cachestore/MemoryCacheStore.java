// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A cache in the memory of this process, bounded in entries and in bytes: what is full drops what
 * expires first. Thread-safe. Every call ends before it returns, and takes O(log entries) at most;
 * a batch is one step for others. Values are copied in and out.
 */
final class MemoryCacheStore extends InProcessCacheStore {
  private static final String COUNTER = "0|-?[1-9][0-9]{0,18}";

  private final Limits limits;
  private final LongSupplier clock;
  private final EntryTable table;

  /** {@code clock} gives nanoseconds that never go back. */
  MemoryCacheStore(Limits limits, long maxEntries, long maxBytes, LongSupplier clock) {
    super("memory");
    this.limits = limits;
    this.clock = clock;
    table = new EntryTable(maxEntries, maxBytes);
  }

  /** How many entries are held, expired ones that are not dropped yet included. */
  int size() {
    synchronized (table) {
      return table.size();
    }
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return locked(
        call("get", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          limits.checkTouch(options.touch());
          EntryTable.Entry entry = read(key, options.touch());
          if (entry == null) return GetResult.MISS;
          byte[] value = entry.value();
          return new GetResult(
              Optional.of(value.clone()),
              options.wantEtag() ? Optional.of(etagOf(value)) : Optional.empty(),
              options.wantTtl() ? Optional.of(entry.remaining(now())) : Optional.empty());
        });
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return locked(
        call("exists", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          limits.checkTouch(options.touch());
          EntryTable.Entry entry = read(key, options.touch());
          if (entry == null) return ExistsResult.ABSENT;
          return new ExistsResult(
              true, options.wantTtl() ? Optional.of(entry.remaining(now())) : Optional.empty());
        });
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return locked(call("set", key), options.timeout(), () -> store(key, value, options));
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return locked(
        call("delete", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          options.ifEtag().ifPresent(Limits::checkEtag);
          EntryTable.Entry entry = table.find(key, now());
          if (entry == null) return false;
          if (options.ifEtag().isPresent() && !hasEtag(entry, options.ifEtag().get())) return false;
          table.remove(entry);
          return true;
        });
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return locked(
        call("clear"),
        options.timeout(),
        () -> {
          table.clear();
          return null;
        });
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return answer(call("ping"), options.timeout(), () -> null);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    return locked(
        call("increment", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          Duration ttl = limits.checkTtl(options.ttl());
          long now = now();
          EntryTable.Entry entry = table.find(key, now);
          long sum = entry == null ? delta : add(entry.value(), delta);
          byte[] digits = Long.toString(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
          if (entry == null) {
            table.put(key, digits, null, expiry(ttl, now), now);
          } else {
            table.replace(entry, digits, now);
          }
          return new IncrementResult(sum, Optional.of(table.find(key, now).remaining(now)));
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return locked(
        call("batch_get"),
        options.timeout(),
        () -> {
          limits.checkKeys(keys);
          List<ItemResult<Optional<byte[]>>> results = new ArrayList<>(keys.size());
          for (Key key : keys) {
            EntryTable.Entry entry = table.find(key, now());
            results.add(ItemResult.of(Optional.ofNullable(entry).map(e -> e.value().clone())));
          }
          return results;
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    Call call = call("batch_set");
    return locked(
        call,
        options.timeout(),
        () -> {
          limits.checkEntries(entries);
          List<ItemResult<Boolean>> results = new ArrayList<>(entries.size());
          for (SetEntry entry : entries) {
            try {
              results.add(ItemResult.of(store(entry.key(), entry.value(), entry.options())));
            } catch (Refused refused) {
              results.add(ItemResult.failed(call.forKey(entry.key()).refused(refused)));
            }
          }
          return results;
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return locked(
        call("batch_delete"),
        options.timeout(),
        () -> {
          limits.checkKeys(keys);
          List<ItemResult<Boolean>> results = new ArrayList<>(keys.size());
          for (Key key : keys) {
            EntryTable.Entry entry = table.find(key, now());
            if (entry != null) table.remove(entry);
            results.add(ItemResult.of(entry != null));
          }
          return results;
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return locked(
        call("batch_exists"),
        options.timeout(),
        () -> {
          limits.checkKeys(keys);
          List<ItemResult<Boolean>> results = new ArrayList<>(keys.size());
          for (Key key : keys) results.add(ItemResult.of(table.find(key, now()) != null));
          return results;
        });
  }

  @Override
  public void close() {
    super.close();
    synchronized (table) {
      table.clear();
    }
  }

  private <T> CompletableFuture<T> locked(Call call, Optional<Duration> timeout, Supplier<T> work) {
    synchronized (table) {
      return answer(call, timeout, work);
    }
  }

  private EntryTable.Entry read(Key key, Optional<Duration> touch) {
    long now = now();
    EntryTable.Entry entry = table.find(key, now);
    if (entry != null && touch.isPresent()) table.touch(entry, expiry(touch.get(), now));
    return entry;
  }

  private boolean store(Key key, byte[] value, SetOptions options) {
    Duration ttl = limits.checkSet(key, value, options);
    long now = now();
    EntryTable.Entry entry = table.find(key, now);
    if (!isMet(options.condition(), entry)) return false;
    if (entry != null && options.keepTtl()) {
      table.replace(entry, value.clone(), now);
    } else {
      table.put(key, value.clone(), entry, expiry(ttl, now), now);
    }
    return true;
  }

  private static boolean isMet(SetCondition condition, EntryTable.Entry entry) {
    return switch (condition.kind()) {
      case NONE -> true;
      case IF_ABSENT -> entry == null;
      case IF_PRESENT -> entry != null;
      case IF_ETAG -> entry != null && hasEtag(entry, condition.etag());
    };
  }

  private static long add(byte[] text, long delta) {
    String digits = new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    try {
      if (digits.matches(COUNTER)) return Math.addExact(Long.parseLong(digits), delta);
    } catch (NumberFormatException e) {
      // 19 digits that are none of a long.
    } catch (ArithmeticException e) {
      throw new Refused(
          Status.Code.OUT_OF_RANGE,
          "delta: the sum does not fit 64 bits with a sign; nothing was changed: add less, or set"
              + " the counter anew");
    }
    throw new Refused(
        Status.Code.FAILED_PRECONDITION,
        "key: what is stored there is no number in decimal; use another key, or set a number"
            + " first");
  }

  private long now() {
    return clock.getAsLong();
  }

  /** In whole milliseconds, rounded up. */
  private static long expiry(Duration ttl, long now) {
    return now + (ttl.toNanos() + 999_999) / 1_000_000 * 1_000_000;
  }

  private static boolean hasEtag(EntryTable.Entry entry, byte[] etag) {
    return Arrays.equals(etagOf(entry.value()), etag);
  }

  private static byte[] etagOf(byte[] value) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(value);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
