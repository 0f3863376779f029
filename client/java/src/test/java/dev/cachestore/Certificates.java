// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority, and certificates that it signs, as PEM files. */
final class Certificates {
  /** A certificate and its key. */
  record Pair(Path certificate, Path key) {}

  private final Path folder;
  private final Path ca;

  Certificates(Path folder) {
    this.folder = folder;
    ca = folder.resolve("ca.pem");
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2",
        "-subj",
        "/CN=Test authority",
        "-keyout",
        folder.resolve("ca.key").toString(),
        "-out",
        ca.toString());
  }

  Path ca() {
    return ca;
  }

  /** For the names that an extension subjectAltName gives. */
  Pair sign(String file, String names) {
    Path key = folder.resolve(file + ".key");
    Path request = folder.resolve(file + ".csr");
    Path certificate = folder.resolve(file + ".pem");
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes",
        "-subj",
        "/CN=" + file,
        "-addext",
        "subjectAltName=" + names,
        "-keyout",
        key.toString(),
        "-out",
        request.toString());
    openssl(
        "x509 -req -days 2 -copy_extensions copy",
        "-in",
        request.toString(),
        "-CA",
        ca.toString(),
        "-CAkey",
        folder.resolve("ca.key").toString(),
        "-out",
        certificate.toString());
    return new Pair(certificate, key);
  }

  private static void openssl(String words, String... more) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of(more));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) throw new AssertionError(command + ": " + said);
    } catch (IOException e) {
      throw new AssertionError("openssl cannot be run; install it", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
