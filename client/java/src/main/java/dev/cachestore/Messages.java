// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import dev.cachestore.v1.ExistsResponse;
import dev.cachestore.v1.GetResponse;
import dev.cachestore.v1.IncrementResponse;
import dev.cachestore.v1.SetRequest;
import java.util.List;
import java.util.Optional;

/** The messages of the service's protocol, and what they mean here. */
final class Messages {
  private Messages() {}

  /** Shares the bytes of a key, which nobody changes. */
  static ByteString bytes(Key key) {
    return UnsafeByteOperations.unsafeWrap(key.shared());
  }

  static List<ByteString> bytes(List<Key> keys) {
    return keys.stream().map(Messages::bytes).toList();
  }

  static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  /** Protobuf wants both parts with one sign; Java's nanoseconds are never below zero. */
  static Duration duration(java.time.Duration duration) {
    boolean negative = duration.getSeconds() < 0 && duration.getNano() > 0;
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds() + (negative ? 1 : 0))
        .setNanos(duration.getNano() - (negative ? 1_000_000_000 : 0))
        .build();
  }

  private static java.time.Duration duration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static SetRequest setRequest(Key key, byte[] value, SetOptions options) {
    SetRequest.Builder request = SetRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    options.ttl().ifPresent(ttl -> request.setTtl(duration(ttl)));
    if (options.keepTtl()) request.setKeepTtl(true);
    switch (options.condition().kind()) {
      case NONE -> {}
      case IF_ABSENT -> request.setIfAbsent(true);
      case IF_PRESENT -> request.setIfPresent(true);
      case IF_ETAG -> request.setIfEtag(bytes(options.condition().etag()));
    }
    return request.build();
  }

  static GetResult getResult(GetResponse answer) {
    if (!answer.hasValue()) return GetResult.MISS;
    return new GetResult(
        Optional.of(answer.getValue().toByteArray()),
        answer.getEtag().isEmpty() ? Optional.empty() : Optional.of(answer.getEtag().toByteArray()),
        answer.hasTtl() ? Optional.of(duration(answer.getTtl())) : Optional.empty());
  }

  static ExistsResult existsResult(ExistsResponse answer) {
    return new ExistsResult(
        answer.getExists(),
        answer.hasTtl() ? Optional.of(duration(answer.getTtl())) : Optional.empty());
  }

  static IncrementResult incrementResult(IncrementResponse answer) {
    return new IncrementResult(
        answer.getValue(),
        answer.hasTtl() ? Optional.of(duration(answer.getTtl())) : Optional.empty());
  }
}
