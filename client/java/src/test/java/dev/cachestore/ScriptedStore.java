// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A store of which a test says how each call ends, in the order of the calls. */
final class ScriptedStore {
  /** The names of the calls that were made. */
  final List<String> made = new ArrayList<>();

  private final Queue<Supplier<CompletableFuture<?>>> script = new ArrayDeque<>();

  ScriptedStore then(CompletableFuture<?> end) {
    return thenDo(() -> end);
  }

  ScriptedStore thenDo(Supplier<CompletableFuture<?>> call) {
    script.add(call);
    return this;
  }

  /** As the service ends it. */
  ScriptedStore thenFail(Status.Code code) {
    return then(CompletableFuture.failedFuture(error(code)));
  }

  /** As this process refuses it. */
  ScriptedStore thenRefuse(Status.Code code) {
    return then(
        CompletableFuture.failedFuture(
            Call.start("get", "this client").refused(code, "refused here", null)));
  }

  static CacheStoreException error(Status.Code code) {
    return Call.start("get", "a service").failed(code, "scripted");
  }

  CacheStore store() {
    return (CacheStore)
        Proxy.newProxyInstance(
            CacheStore.class.getClassLoader(),
            new Class<?>[] {CacheStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) return null;
              made.add(method.getName());
              if (script.isEmpty()) throw new AssertionError("a call too many: " + method);
              return script.remove().get();
            });
  }
}
