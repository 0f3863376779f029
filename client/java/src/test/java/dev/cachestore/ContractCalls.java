// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import cachestore.contract.ContractOuterClass.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the call that a step of a case says. */
final class ContractCalls {
  private ContractCalls() {}

  static Outcome make(BlockingCacheStore cache, Step step) {
    Key key = Key.of(ContractBytes.of(step.getKey()));
    switch (step.getCall()) {
      case "get" -> {
        GetOptions options =
            new GetOptions(step.getWantEtag(), step.getWantTtl(), touch(step), Optional.empty());
        GetResult read = cache.get(key, options);
        return Outcome.read(read.value(), read.etag(), read.ttl());
      }
      case "set" -> {
        byte[] value = ContractBytes.of(step.getValue());
        return Outcome.yes(cache.set(key, value, setOptions(step)), Optional.empty());
      }
      case "delete" -> {
        DeleteOptions options = DeleteOptions.DEFAULT;
        if (step.hasIfEtag()) options = options.ifEtag(ContractBytes.of(step.getIfEtag()));
        return Outcome.yes(cache.delete(key, options), Optional.empty());
      }
      case "exists" -> {
        ExistsOptions options = new ExistsOptions(step.getWantTtl(), touch(step), Optional.empty());
        ExistsResult look = cache.exists(key, options);
        return Outcome.yes(look.exists(), look.ttl());
      }
      case "increment" -> {
        IncrementOptions options = new IncrementOptions(ttl(step), Optional.empty());
        IncrementResult sum = cache.increment(key, step.getDelta(), options);
        return Outcome.counted(sum.value(), sum.ttl());
      }
      case "clear" -> cache.clear();
      case "ping" -> cache.ping();
      case "close" -> cache.close();
      default -> {
        return makeBatch(cache, step);
      }
    }
    return Outcome.NOTHING;
  }

  private static Outcome makeBatch(BlockingCacheStore cache, Step step) {
    List<Key> once = step.getKeysList().stream().map(key -> Key.of(ContractBytes.of(key))).toList();
    int times = step.hasTimes() ? step.getTimes() : 1;
    List<Key> keys = Stream.generate(() -> once).limit(times).flatMap(List::stream).toList();
    return switch (step.getCall()) {
      case "batch_get" ->
          Outcome.of(
              cache.batchGet(keys, CallOptions.DEFAULT).stream()
                  .map(
                      item ->
                          item.error().isPresent()
                              ? Outcome.failed(item.error().get())
                              : Outcome.read(item.get(), Optional.empty(), Optional.empty()))
                  .toList());
      case "batch_set" -> {
        List<SetEntry> entries = step.getEntriesList().stream().map(ContractCalls::entry).toList();
        yield booleans(cache.batchSet(entries, CallOptions.DEFAULT));
      }
      case "batch_delete" -> booleans(cache.batchDelete(keys, CallOptions.DEFAULT));
      case "batch_exists" -> booleans(cache.batchExists(keys, CallOptions.DEFAULT));
      default -> throw new AssertionError("the contract has no call " + step.getCall());
    };
  }

  /** Whether it is a Set that has to store. */
  static boolean hasNoCondition(Step step) {
    boolean stores = step.getCall().equals("set") || step.getCall().isEmpty();
    return stores && !step.getIfAbsent() && !step.getIfPresent() && !step.hasIfEtag();
  }

  private static Outcome booleans(List<ItemResult<Boolean>> items) {
    return Outcome.of(
        items.stream()
            .map(
                item ->
                    item.error().isPresent()
                        ? Outcome.failed(item.error().get())
                        : Outcome.yes(item.get(), Optional.empty()))
            .toList());
  }

  private static SetEntry entry(Step step) {
    return new SetEntry(
        Key.of(ContractBytes.of(step.getKey())),
        ContractBytes.of(step.getValue()),
        setOptions(step));
  }

  private static SetOptions setOptions(Step step) {
    SetOptions options = SetOptions.DEFAULT;
    if (step.hasTtlSeconds()) options = options.withTtl(ttl(step).get());
    if (step.getKeepTtl()) options = options.withKeepTtl();
    if (step.getIfAbsent()) options = options.ifAbsent();
    if (step.getIfPresent()) options = options.ifPresent();
    if (step.hasIfEtag()) options = options.ifEtag(ContractBytes.of(step.getIfEtag()));
    return options;
  }

  private static Optional<Duration> ttl(Step step) {
    return step.hasTtlSeconds() ? Optional.of(seconds(step.getTtlSeconds())) : Optional.empty();
  }

  private static Optional<Duration> touch(Step step) {
    return step.hasTouchSeconds() ? Optional.of(seconds(step.getTouchSeconds())) : Optional.empty();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
