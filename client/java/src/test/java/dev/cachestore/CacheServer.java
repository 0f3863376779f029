// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real service, in a process of its own, which serves when the constructor returns. */
final class CacheServer implements AutoCloseable {
  private static final Pattern SERVING = Pattern.compile("serving on (\\S+)");

  private final Process process;
  private final String address;

  private CacheServer(String... flags) {
    List<String> command = new ArrayList<>(List.of(program("CACHE_SERVER")));
    command.addAll(Arrays.asList(flags));
    StringBuilder said = new StringBuilder();
    try {
      process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      address = addressIn(process.errorReader(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (address.isEmpty()) throw new AssertionError(command + " does not serve:\n" + said);
  }

  /** On a port that is free. */
  static CacheServer start(String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "--listen=127.0.0.1:0";
    return new CacheServer(all);
  }

  /** At this address, which may be a unix socket. */
  static CacheServer startAt(String address, String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "--listen=" + address;
    return new CacheServer(all);
  }

  /** The path of a program that the variable names; a test fails where it is missing. */
  static String program(String variable) {
    String path = System.getenv(variable);
    if (path == null) throw new AssertionError(variable + " is not set; give the program's path");
    return path;
  }

  private static String addressIn(BufferedReader log, StringBuilder said) throws IOException {
    String line;
    while ((line = log.readLine()) != null) {
      said.append(line).append('\n');
      Matcher serving = SERVING.matcher(line);
      if (serving.find()) {
        drain(log);
        return serving.group(1).replaceAll("[,;\"]+$", "");
      }
    }
    return "";
  }

  /** So that the server never waits for somebody to read its log. */
  private static void drain(BufferedReader log) {
    new DaemonThreads("server-log").newThread(() -> log.lines().forEach(line -> {})).start();
  }

  /** HOST:PORT. */
  String address() {
    return address;
  }

  String url() {
    return "grpc://" + address;
  }

  CacheSettings settings() {
    return new CacheSettings().backend(CacheSettings.Backend.REMOTE).storageUrl(url());
  }

  /** SIGSTOP, SIGCONT and so on. */
  void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) throw new AssertionError("kill -" + name + " failed");
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the server stays");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
