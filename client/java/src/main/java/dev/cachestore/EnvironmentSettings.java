// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads settings from the variables APP_CACHE_*. One that is empty is as good as none. */
final class EnvironmentSettings {
  private static final String BYTES = "a number of bytes, or one with KiB, MiB or GiB";
  private static final String TIME =
      "seconds, or a duration such as 500ms, 90s or 24h, of at least 1ms";
  private static final String PEM = "the path of a PEM file, with a URL of grpcs://";
  private static final long MOST_BYTES = 1L << 50;

  private final Map<String, String> environment;

  private EnvironmentSettings(Map<String, String> environment) {
    this.environment = environment;
  }

  static CacheSettings read(Map<String, String> environment) {
    return orRefused(
        () -> {
          CacheSettings to = new CacheSettings();
          new EnvironmentSettings(environment).readInto(to);
          return to;
        });
  }

  /** The one place where a setting that is wrong becomes an error of this client. */
  static <T> T orRefused(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw Call.start("settings", "this client")
          .refused(Status.Code.INVALID_ARGUMENT, e.getMessage(), e);
    }
  }

  private void readInto(CacheSettings to) {
    set("BACKEND", EnvironmentSettings::backend, "one of none, memory, remote", to::backend);
    set("STORAGE_URL", Optional::of, "a URL such as grpc://127.0.0.1:50051", to::storageUrl);
    set("AUTH_TOKEN_FILE", this::path, "the path of a file with a token", to::authTokenFile);
    set("INSECURE_TOKEN", this::flag, "true or false", to::insecureToken);
    set("TLS_CA_FILE", this::path, PEM, to::tlsCaFile);
    set("TLS_CERT_FILE", this::path, PEM, to::tlsCertFile);
    set("TLS_KEY_FILE", this::path, PEM, to::tlsKeyFile);
    set("DEFAULT_TTL_SECONDS", this::duration, TIME, to::defaultTtl);
    set("MAX_TTL_SECONDS", this::duration, TIME, to::maxTtl);
    set("MAX_ENTRIES", number(Integer.MAX_VALUE), upTo(Integer.MAX_VALUE), to::maxEntries);
    set("MAX_BYTES", bytes(MOST_BYTES), BYTES, to::maxBytes);
    set("MAX_KEY_BYTES", bytes(64 << 10), BYTES + ", up to 65536", to::maxKeyBytes);
    set("MAX_VALUE_BYTES", bytes(512 << 20), BYTES + ", up to 536870912", to::maxValueBytes);
    set("MAX_BATCH_KEYS", number(100_000), upTo(100_000), to::maxBatchKeys);
  }

  private static String upTo(long most) {
    return "a number from 1 to " + most;
  }

  private <T> void set(
      String setting, Function<String, Optional<T>> parse, String takes, Consumer<T> assign) {
    String name = "APP_CACHE_" + setting;
    String text = environment.getOrDefault(name, "");
    if (text.isEmpty()) return;
    Optional<T> value = parse.apply(text);
    if (value.isEmpty()) {
      throw new IllegalArgumentException("%s: got \"%s\"; takes %s".formatted(name, text, takes));
    }
    assign.accept(value.get());
  }

  private static Optional<CacheSettings.Backend> backend(String text) {
    return switch (text) {
      case "none" -> Optional.of(CacheSettings.Backend.NONE);
      case "memory" -> Optional.of(CacheSettings.Backend.MEMORY);
      case "remote" -> Optional.of(CacheSettings.Backend.REMOTE);
      case "redis" ->
          throw new IllegalArgumentException(
              "APP_CACHE_BACKEND: got \"redis\", which this client does not speak to by itself; run"
                  + " cache_server --backend=redis, and use remote with its URL");
      default -> Optional.empty();
    };
  }

  private Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Optional<Boolean> flag(String text) {
    if (!text.equals("true") && !text.equals("false")) return Optional.empty();
    return Optional.of(text.equals("true"));
  }

  private Optional<Duration> duration(String text) {
    return DurationText.parse(text).filter(d -> d.compareTo(Duration.ofMillis(1)) >= 0);
  }

  private static Function<String, Optional<Long>> number(long most) {
    return text ->
        text.matches("[0-9]{1,18}")
            ? Optional.of(Long.parseLong(text)).filter(n -> n >= 1 && n <= most)
            : Optional.empty();
  }

  private static Function<String, Optional<Long>> bytes(long most) {
    return text -> {
      for (int unit = 0; unit < 4; unit++) {
        String name = new String[] {"KiB", "MiB", "GiB", "TiB"}[unit];
        int shift = 10 * (unit + 1);
        if (text.endsWith(name)) {
          String digits = text.substring(0, text.length() - name.length());
          return number(most >> shift).apply(digits).map(n -> n << shift);
        }
      }
      return number(most).apply(text);
    };
  }
}
