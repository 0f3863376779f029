// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A call that failed: why, where, after how long, and what to do about it. Never shows a key or a
 * value; of a key it has the size and a short hash.
 */
public final class CacheStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reason of every call that is made after close(). */
  static final String STORE_CLOSED = "store is closed";

  private final Status.Code code;
  private final String reason;
  private final String remedy;
  private final String operation;
  private final String address;
  private final String keyHash;
  private final int keyBytes;
  private final Duration elapsed;
  private final boolean ofThisProcess;

  /** {@code ofThisProcess} says that nobody else was asked. */
  CacheStoreException(
      Call call,
      Status.Code code,
      String reason,
      String remedy,
      Throwable cause,
      boolean ofThisProcess) {
    super(describe(call, code, reason, remedy), cause);
    this.code = code;
    this.reason = reason;
    this.remedy = remedy;
    operation = call.operation();
    address = call.address();
    keyHash = call.key().map(Key::hash).orElse("");
    keyBytes = call.key().map(Key::size).orElse(-1);
    elapsed = call.elapsed();
    this.ofThisProcess = ofThisProcess;
  }

  private static String describe(Call call, Status.Code code, String reason, String remedy) {
    String key = call.key().map(k -> ", " + k).orElse("");
    return String.format(
        "%s: %s%s [%s%s, at %s, after %d ms]",
        code,
        reason,
        saysWhatToDo(code) ? "" : ": " + remedy,
        call.operation(),
        key,
        call.address(),
        call.elapsed().toMillis());
  }

  /** Whether what is said of such an error ends with what to do. */
  private static boolean saysWhatToDo(Status.Code code) {
    return code == Status.Code.INVALID_ARGUMENT || code == Status.Code.FAILED_PRECONDITION;
  }

  /** Whether the call never left this process, so that nothing is known of the service. */
  boolean isOfThisProcess() {
    return ofThisProcess;
  }

  /** Whether the service could not be reached, or gave no answer in time. */
  boolean isAway() {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  /** Whether the caller has to know, also where a program could go on without the cache. */
  boolean isOfCaller() {
    return switch (code) {
      case INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNAUTHENTICATED -> true;
      default -> false;
    };
  }

  /** What the spec of all clients says. */
  static String remedyOf(Status.Code code) {
    return Spec.REMEDIES.getOrDefault(code.value(), "look at the log of the service");
  }

  /** The status code of gRPC. */
  public Status.Code code() {
    return code;
  }

  /** What has happened, in the words of who refused: the service's own message, for one. */
  public String reason() {
    return reason;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }

  /** The operation: get, batch_set. */
  public String operation() {
    return operation;
  }

  /** Who was asked: 127.0.0.1:50051, or memory. */
  public String address() {
    return address;
  }

  /** How many bytes the key has; empty for calls that are not for one key. */
  public OptionalInt keyBytes() {
    return keyBytes < 0 ? OptionalInt.empty() : OptionalInt.of(keyBytes);
  }

  /** See {@link Key#hash}; empty for calls that are not for one key. */
  public String keyHash() {
    return keyHash;
  }

  /** How long the call took. */
  public Duration elapsed() {
    return elapsed;
  }
}
