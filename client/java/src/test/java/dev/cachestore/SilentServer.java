// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Takes connections, as the system does for whoever listens, and never says a word. */
final class SilentServer implements AutoCloseable {
  private final ServerSocket socket;

  SilentServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
