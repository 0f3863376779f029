// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep a program from ending. */
record DaemonThreads(String name) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    return thread;
  }
}
