// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/** What many tests need. */
final class Tests {
  /** Far beyond what anything takes: a test that comes to it hangs. */
  static final Duration HANG = Duration.ofSeconds(60);

  private Tests() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Optional<String> text(Optional<byte[]> value) {
    return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  static CacheStoreException assertFails(Status.Code code, Executable call) {
    CacheStoreException error = assertThrows(CacheStoreException.class, call);
    assertEquals(code, error.code(), error.getMessage());
    return error;
  }

  static CacheSettings remote(int port) {
    return new CacheSettings()
        .backend(CacheSettings.Backend.REMOTE)
        .storageUrl("grpc://127.0.0.1:" + port);
  }

  /** A port on which nobody listens. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static MemoryCacheStore memory(ManualClock clock) {
    return new MemoryCacheStore(Limits.DEFAULT, 10, 1 << 20, clock);
  }
}
