// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An observer that writes down what it is told. */
final class Counts implements CacheObserver {
  final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void hit(String operation) {
    heard.add("hit " + operation);
  }

  @Override
  public void miss(String operation) {
    heard.add("miss " + operation);
  }

  @Override
  public void error(String operation, CacheStoreException error) {
    heard.add("error " + operation + " " + error.code());
  }

  @Override
  public void latency(String operation, Duration elapsed) {
    heard.add("latency " + operation);
  }

  @Override
  public void failedOpen(String operation) {
    heard.add("failed open " + operation);
  }
}
