// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * One call that is being made, as its errors and the observer name it.
 *
 * @param operation get, batch_set
 * @param key of a call for one key
 * @param address whom it asks: 127.0.0.1:50051, memory
 * @param startNanos when it began, by System.nanoTime()
 */
record Call(String operation, Optional<Key> key, String address, long startNanos) {
  static Call start(String operation, Key key, String address) {
    return new Call(operation, Optional.of(Key.require(key)), address, System.nanoTime());
  }

  static Call start(String operation, String address) {
    return new Call(operation, Optional.empty(), address, System.nanoTime());
  }

  /** Of a batch: what is said of one key of it. */
  Call forKey(Key one) {
    return new Call(operation, Optional.of(one), address, startNanos);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  CacheStoreException failed(Status.Code code, String reason) {
    return failed(code, reason, CacheStoreException.remedyOf(code), null);
  }

  CacheStoreException failed(Status.Code code, String reason, String remedy, Throwable cause) {
    return new CacheStoreException(this, code, reason, remedy, cause, false);
  }

  /** Refused in this process: nobody else was asked. */
  CacheStoreException refused(Status.Code code, String reason, Throwable cause) {
    return new CacheStoreException(
        this, code, reason, CacheStoreException.remedyOf(code), cause, true);
  }

  CacheStoreException refused(Refused refused) {
    return refused(refused.code(), refused.getMessage(), null);
  }
}
