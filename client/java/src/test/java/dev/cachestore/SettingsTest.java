// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  private static String refusal(String name, String value) {
    return assertFails(
            Status.Code.INVALID_ARGUMENT, () -> CacheSettings.fromEnvironment(Map.of(name, value)))
        .reason();
  }

  @Test
  void withoutSettingsCachingIsOffAndStillAnswers() {
    try (CacheStore store = CacheStores.create(CacheSettings.fromEnvironment(Map.of()))) {
      BlockingCacheStore cache = store.blocking();
      assertTrue(cache.set("k", utf8("v")));
      assertFalse(cache.exists("k"));
      assertFails(Status.Code.INVALID_ARGUMENT, () -> cache.get(""));
      assertFails(Status.Code.UNIMPLEMENTED, () -> cache.increment("n", 1));
    }
  }

  @Test
  void theDefaultsOfTheSpecAreThoseOfTheSettings() {
    Map<String, String> spelledOut = new HashMap<>(Spec.SETTINGS);
    spelledOut.values().removeIf(String::isEmpty);
    CacheSettings read = CacheSettings.fromEnvironment(spelledOut);
    CacheSettings defaults = new CacheSettings();
    assertEquals(defaults.backend, read.backend);
    assertEquals(defaults.storageUrl, read.storageUrl);
    assertEquals(defaults.insecureToken, read.insecureToken);
    assertEquals(defaults.maxEntries, read.maxEntries);
    assertEquals(defaults.maxBytes, read.maxBytes);
    assertEquals(defaults.limits(), read.limits());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "APP_CACHE_BACKEND|disk|takes one of none, memory, remote",
        "APP_CACHE_MAX_ENTRIES|0|takes a number from 1 to 2147483647",
        "APP_CACHE_MAX_ENTRIES|many|takes a number from 1 to 2147483647",
        "APP_CACHE_MAX_BYTES|1XB|takes a number of bytes, or one with KiB, MiB or GiB",
        "APP_CACHE_DEFAULT_TTL_SECONDS|soon|takes seconds, or a duration such as 500ms",
        "APP_CACHE_MAX_TTL_SECONDS|0.0001|takes seconds",
        "APP_CACHE_INSECURE_TOKEN|yes|takes true or false",
        "APP_CACHE_MAX_BATCH_KEYS|100001|takes a number from 1 to 100000",
      })
  void aBadValueIsOneLineWithTheSettingWhatItGotAndWhatItTakes(
      String name, String value, String takes) {
    String refusal = refusal(name, value);
    assertTrue(refusal.startsWith(name + ": got \"" + value + "\"; " + takes), refusal);
    assertFalse(refusal.contains("\n"), refusal);
  }

  @Test
  void anEmptyVariableIsAsGoodAsNone() {
    Map<String, String> empty = new HashMap<>();
    for (String name : Spec.SETTINGS.keySet()) empty.put(name, "");
    CacheSettings read = CacheSettings.fromEnvironment(empty);
    assertEquals(CacheSettings.Backend.NONE, read.backend);
    assertEquals(Spec.SETTINGS.get("APP_CACHE_STORAGE_URL"), read.storageUrl);
    assertEquals(null, read.authTokenFile);
    assertEquals(Limits.DEFAULT, read.limits());
  }

  @Test
  void redisIsForTheService() {
    String refusal = refusal("APP_CACHE_BACKEND", "redis");
    assertTrue(refusal.contains("run cache_server --backend=redis, and use remote"), refusal);
  }

  @Test
  void limitsThatMakeNoSenseTogetherAreRefused() {
    CacheSettings settings =
        new CacheSettings()
            .backend(CacheSettings.Backend.MEMORY)
            .defaultTtl(Duration.ofSeconds(20))
            .maxTtl(Duration.ofSeconds(10));
    String refusal =
        assertFails(Status.Code.INVALID_ARGUMENT, () -> CacheStores.create(settings)).reason();
    assertEquals("default_ttl: takes more than zero, and at most max_ttl", refusal);
  }

  @Test
  void anEmptyUrlIsTheDefault() {
    CacheSettings read =
        CacheSettings.fromEnvironment(
            Map.of("APP_CACHE_BACKEND", "remote", "APP_CACHE_STORAGE_URL", ""));
    assertEquals(Spec.SETTINGS.get("APP_CACHE_STORAGE_URL"), read.storageUrl);
    CacheStores.create(read).close();
    CacheStores.create(read.storageUrl("")).close();
  }

  @Test
  void aSettingThatIsWrongIsAnErrorOfTheClient() {
    CacheStoreException error =
        assertFails(
            Status.Code.INVALID_ARGUMENT,
            () -> CacheStores.create(Tests.remote(1).storageUrl("http://127.0.0.1:1")));
    assertTrue(error.reason().startsWith("storage_url: is none of a cache"), error.reason());
    assertTrue(error.reason().contains("grpc+unix:///run/cache.sock"), error.reason());
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        () -> CacheStores.create(Tests.remote(1).maxCallsInFlight(0)));
  }

  @Test
  void withoutCachingTheLimitsAndTheObserverOfTheSettingsHold() {
    Counts counts = new Counts();
    CacheSettings settings = new CacheSettings().maxKeyBytes(2).maxValueBytes(1).observer(counts);
    try (CacheStore store = CacheStores.create(settings)) {
      BlockingCacheStore cache = store.blocking();
      cache.get("ab");
      assertFails(Status.Code.INVALID_ARGUMENT, () -> cache.get("abc"));
      assertFails(Status.Code.INVALID_ARGUMENT, () -> cache.set("a", utf8("vw")));
    }
    assertTrue(counts.heard.contains("miss get"), counts.heard.toString());
    assertTrue(counts.heard.contains("error set INVALID_ARGUMENT"), counts.heard.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "grpc://127.0.0.1:50051,127.0.0.1:50051,false,true",
    "grpc://localhost:1/,localhost:1,false,true",
    "grpc://[::1]:50051,[::1]:50051,false,true",
    "grpc://10.0.0.1:50051,10.0.0.1:50051,false,false",
    "grpc://127.example:50051,127.example:50051,false,false",
    "grpcs://cache.example:443,cache.example:443,true,false",
    "unix:/run/cache.sock,unix:/run/cache.sock,false,true",
    "unix:cache.sock,unix:cache.sock,false,true",
    "grpc+unix:///run/cache.sock,unix:/run/cache.sock,false,true",
  })
  void aUrlSaysWhereTheServiceIs(String url, String name, boolean tls, boolean thisMachine) {
    ServiceUrl parsed = ServiceUrl.parse(url);
    assertEquals(name, parsed.name());
    assertEquals(tls, parsed.tls());
    assertEquals(thisMachine, parsed.thisMachine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:50051",
        "http://127.0.0.1:50051",
        "grpc://127.0.0.1",
        "grpc://127.0.0.1:0",
        "grpc://127.0.0.1:65536",
        "grpc://::1:50051",
        "grpc://host:1/path",
        "grpc+unix://cache.sock",
        "unix:",
      })
  void whatIsNoUrlIsRefusedWithWhatIsOne(String url) {
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> ServiceUrl.parse(url)).getMessage();
    assertTrue(refusal.contains("takes a URL such as grpc://127.0.0.1:50051"), refusal);
    assertTrue(refusal.contains("got \"" + url + "\""), refusal);
  }

  @Test
  void aUrlThatMayHoldAPasswordIsNotRepeated() {
    String refusal =
        assertThrows(
                IllegalArgumentException.class,
                () -> ServiceUrl.parse("grpc://user:hunter2@host:1"))
            .getMessage();
    assertFalse(refusal.contains("hunter2"), refusal);
  }

  @ParameterizedTest
  @CsvSource({
    "90,PT1M30S,1m30s",
    "1.5,PT1.5S,1.5s",
    "500ms,PT0.5S,500ms",
    "1h30m,PT1H30M,1h30m",
    "2us,PT0.000002S,2us",
    "8760h,PT8760H,8760h",
  })
  void durationsAreReadAndWritten(String text, Duration duration, String written) {
    assertEquals(duration, DurationText.parse(text).orElseThrow());
    assertEquals(written, DurationText.format(duration));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1x", "s", "1h30", "inf", "nan", "1000000000000", "876001h"})
  void whatIsNoDurationIsNotRead(String text) {
    assertTrue(DurationText.parse(text).isEmpty());
  }
}
