// SPDX-License-Identifier: Apache-2.0
package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cachestore.BlockingCacheStore;
import dev.cachestore.CacheStores;
import java.time.Duration;

/**
 * Looks a price up twice: slowly, then in the cache. {@code ./dev serve} starts the service; then,
 * from the root of the project:
 *
 * <pre>
 * mvn --file client/java/pom.xml -Dmaven.test.skip=true install
 * APP_CACHE_BACKEND=remote mvn --file examples/java_program/pom.xml compile exec:java
 * </pre>
 */
public final class PriceLookup {
  private static int lookups;

  private PriceLookup() {}

  public static void main(String[] arguments) {
    try (BlockingCacheStore cache = CacheStores.fromEnvironment().blocking()) {
      show("cold", cache);
      show("warm", cache);
    }
  }

  private static void show(String title, BlockingCacheStore cache) {
    long start = System.nanoTime();
    byte[] price = cache.getOrCompute("price:tea", Duration.ofMinutes(5), PriceLookup::lookUp);
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.printf(
        "%s: tea costs %s after %d lookup(s), in %d ms%n",
        title, new String(price, UTF_8), lookups, millis);
  }

  /** Stands for a database that takes its time. */
  private static byte[] lookUp() {
    lookups++;
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "4.20".getBytes(UTF_8);
  }
}
