// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs what README.md shows, against the real service, and looks at what it prints. */
final class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PRINTS = Pattern.compile("// prints (.*)");

  @TempDir private Path folder;

  @TestFactory
  List<DynamicTest> printsWhatItSays() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher snippet = JAVA.matcher(Files.readString(Path.of("README.md")));
    while (snippet.find()) {
      String code = snippet.group(1);
      tests.add(dynamicTest("snippet " + (tests.size() + 1), () -> run(code)));
    }
    assertTrue(tests.size() >= 3, "README.md has snippets");
    return tests;
  }

  @Test
  void namesTheVersionThatThisIs() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>cachestore-client</artifactId>\\s*<version>(.*?)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(version.find());
    assertTrue(Files.readString(Path.of("README.md")).contains(version.group()));
  }

  private void run(String code) throws Exception {
    Path file = folder.resolve("Snippet.java");
    Files.writeString(file, code.contains("class ") ? code : wrapped(code));
    try (CacheServer server = CacheServer.start()) {
      ProcessBuilder java =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              file.toString());
      java.environment().put("APP_CACHE_BACKEND", "remote");
      java.environment().put("APP_CACHE_STORAGE_URL", server.url());
      Process process = java.redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes()).strip();
      assertEquals(0, process.waitFor(), printed);
      String expected =
          PRINTS.matcher(code).results().map(m -> m.group(1)).collect(Collectors.joining("\n"));
      assertEquals(expected, printed);
    }
  }

  /** A whole program of what a snippet shows, with a cache if it does not open one. */
  private static String wrapped(String code) {
    String body =
        code.contains("fromEnvironment()")
            ? code
            : "try (BlockingCacheStore cache = CacheStores.fromEnvironment().blocking()) {\n"
                + code
                + "}\n";
    return """
        import static java.nio.charset.StandardCharsets.UTF_8;
        import dev.cachestore.*;
        import java.time.Duration;
        import java.util.*;
        import java.util.concurrent.*;

        final class Snippet {
          public static void main(String[] arguments) throws Exception {
            %s
          }
        }
        """
        .formatted(body);
  }
}
