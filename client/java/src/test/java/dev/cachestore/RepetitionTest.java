// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cachestore.v1.CacheBatchGrpc;
import dev.cachestore.v1.CacheCounterGrpc;
import dev.cachestore.v1.CacheStoreGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which calls are made again, by a service that ends each with one status and counts them. */
final class RepetitionTest {
  private static final Key KEY = Key.of("k");

  private final AtomicInteger calls = new AtomicInteger();
  private volatile Status answer = Status.UNAVAILABLE.withDescription("not ready");
  private Server server;
  private CacheStore store;
  private BlockingCacheStore cache;

  @BeforeEach
  void serve() throws Exception {
    ServerInterceptor counting =
        new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            calls.incrementAndGet();
            call.close(answer, new Metadata());
            return new ServerCall.Listener<>() {};
          }
        };
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerInterceptors.intercept(new CacheStoreGrpc.CacheStoreImplBase() {}, counting))
            .addService(
                ServerInterceptors.intercept(new CacheBatchGrpc.CacheBatchImplBase() {}, counting))
            .addService(
                ServerInterceptors.intercept(
                    new CacheCounterGrpc.CacheCounterImplBase() {}, counting))
            .build()
            .start();
    store = CacheStores.create(Tests.remote(server.getPort()).timeout(Tests.HANG));
    cache = store.blocking();
  }

  @AfterEach
  void stop() {
    store.close();
    server.shutdownNow();
  }

  private void assertMade(int times, Runnable call) {
    calls.set(0);
    CacheStoreException error = assertFails(Status.Code.UNAVAILABLE, call::run);
    assertTrue(error.reason().contains("not ready"), error.reason());
    assertEquals(times, calls.get(), error.operation());
  }

  @Test
  void whatMayBeRepeatedIsMadeFourTimes() {
    assertMade(4, () -> cache.get("k"));
    assertMade(4, () -> cache.set("k", utf8("v")));
    assertMade(4, () -> cache.set("k", new byte[1 << 20]));
    assertMade(4, () -> cache.exists("k"));
    assertMade(4, () -> cache.clear());
    assertMade(4, () -> cache.ping());
    assertMade(4, () -> cache.batchGet(List.of(KEY), CallOptions.DEFAULT));
    assertMade(4, () -> cache.batchExists(List.of(KEY), CallOptions.DEFAULT));
    assertMade(4, () -> cache.batchSet(List.of(SetEntry.of("k", utf8("v"))), CallOptions.DEFAULT));
  }

  @Test
  void whatDependsOnWhatIsStoredIsMadeOnce() {
    byte[] value = utf8("v");
    assertMade(1, () -> cache.set(KEY, value, SetOptions.DEFAULT.ifAbsent()));
    assertMade(1, () -> cache.set(KEY, value, SetOptions.DEFAULT.ifPresent()));
    assertMade(1, () -> cache.set(KEY, value, SetOptions.DEFAULT.ifEtag(new byte[20])));
    assertMade(1, () -> cache.set(KEY, value, SetOptions.DEFAULT.withKeepTtl()));
    assertMade(
        1,
        () ->
            cache.batchSet(
                List.of(
                    SetEntry.of("a", value),
                    new SetEntry(KEY, value, SetOptions.DEFAULT.ifAbsent())),
                CallOptions.DEFAULT));
  }

  @Test
  void whatChangesATtlCountsOrRemovesIsMadeOnce() {
    Duration touch = Duration.ofSeconds(1);
    assertMade(1, () -> cache.get(KEY, GetOptions.DEFAULT.withTouch(touch)));
    assertMade(1, () -> cache.exists(KEY, ExistsOptions.DEFAULT.withTouch(touch)));
    assertMade(1, () -> cache.increment("k", 1));
    assertMade(1, () -> cache.delete("k"));
    assertMade(1, () -> cache.batchDelete(List.of(KEY), CallOptions.DEFAULT));
  }

  @Test
  void aCancellationThatNobodyAskedForIsAnUnavailableService() {
    answer = Status.CANCELLED;
    CacheStoreException error = assertFails(Status.Code.UNAVAILABLE, () -> cache.get("k"));
    assertTrue(error.reason().contains("as one that shuts down does"), error.reason());
  }

  @Test
  void theServicesOwnWordsStayInTheError() {
    answer = Status.INTERNAL.withDescription("the backend said 42");
    CacheStoreException error = assertFails(Status.Code.INTERNAL, () -> cache.get("k"));
    assertEquals("the backend said 42", error.reason());
    assertEquals("get", error.operation());
    assertEquals(1, error.keyBytes().orElseThrow());
    assertEquals(KEY.hash(), error.keyHash());
    assertEquals("127.0.0.1:" + server.getPort(), error.address());
    assertTrue(error.elapsed().compareTo(Duration.ZERO) > 0);
    assertTrue(error.getMessage().contains("look at the log of the service"));
  }
}
