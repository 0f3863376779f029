// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a cache service is.
 *
 * @param name as people read it: 127.0.0.1:50051, unix:/run/cache.sock
 * @param socketPath of a unix socket; otherwise empty
 * @param tls whether it is spoken to over TLS
 * @param thisMachine whether it is this machine beyond doubt, so that nobody reads along
 */
record ServiceUrl(String name, String socketPath, boolean tls, boolean thisMachine) {
  private static final String TAKES =
      "; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051,"
          + " grpcs://cache.example:50051 or grpc+unix:///run/cache.sock";
  private static final int MOST_PATH_BYTES = 107;
  private static final Pattern PLACE =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):(?<port>[0-9]{1,5})/?");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}|"
              + "\\[::1\\]|\\[(0{1,4}:){7}0{0,3}1\\]");

  static ServiceUrl parse(String url) {
    if (url.startsWith("grpc://")) return place(url, url.substring(7), false);
    if (url.startsWith("grpcs://")) return place(url, url.substring(8), true);
    if (url.startsWith("grpc+unix:///")) return socket(url, url.substring(12));
    if (url.startsWith("unix:///")) return socket(url, url.substring(7));
    if (url.startsWith("unix:") && !url.startsWith("unix://")) return socket(url, url.substring(5));
    throw wrong(url, "is none of a cache service");
  }

  private static ServiceUrl place(String url, String rest, boolean tls) {
    if (rest.contains("@")) throw wrong(url, "has a user, which is no part");
    Matcher place = PLACE.matcher(rest);
    if (!place.matches()) throw wrong(url, "is no host and port");
    int port = Integer.parseInt(place.group("port"));
    if (port < 1 || port > 65535) throw wrong(url, "has no port from 1 to 65535");
    String host = place.group("host");
    boolean thisMachine = LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    return new ServiceUrl(host + ":" + port, "", tls, thisMachine);
  }

  private static ServiceUrl socket(String url, String path) {
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0) throw wrong(url, "has no path of a unix socket");
    if (bytes > MOST_PATH_BYTES) {
      throw wrong(
          url,
          "has a path of %d bytes; a unix socket's has %d at most"
              .formatted(bytes, MOST_PATH_BYTES));
    }
    return new ServiceUrl("unix:" + path, path, false, true);
  }

  private static IllegalArgumentException wrong(String url, String problem) {
    // What stands before an @ may be a password.
    String got = url.contains("@") ? "" : ", got \"" + url + "\"";
    return new IllegalArgumentException(problem + TAKES + got);
  }

  boolean isSocket() {
    return !socketPath.isEmpty();
  }
}
