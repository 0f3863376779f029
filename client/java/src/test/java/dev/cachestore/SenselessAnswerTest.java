// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import dev.cachestore.v1.BatchDeleteResponse;
import dev.cachestore.v1.BatchDeleteResult;
import dev.cachestore.v1.BatchExistsResponse;
import dev.cachestore.v1.BatchExistsResult;
import dev.cachestore.v1.BatchGetResponse;
import dev.cachestore.v1.BatchGetResult;
import dev.cachestore.v1.BatchSetResponse;
import dev.cachestore.v1.BatchSetResult;
import dev.cachestore.v1.GetResponse;
import dev.cachestore.v1.ItemError;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A service that answers every call with the same bytes: each call ends, and says INTERNAL. */
final class SenselessAnswerTest {
  private static final List<Key> KEYS = List.of(Key.of("a"), Key.of("b"));

  private volatile byte[] answer = {};
  private Server server;
  private CacheStore store;
  private BlockingCacheStore cache;

  @BeforeEach
  void serve() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .fallbackHandlerRegistry(
                new HandlerRegistry() {
                  @Override
                  public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                    return answering(name);
                  }
                })
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

  private ServerMethodDefinition<byte[], byte[]> answering(String name) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ServerMethodDefinition.create(
        method,
        ServerCalls.asyncUnaryCall(
            (request, caller) -> {
              caller.onNext(answer);
              caller.onCompleted();
            }));
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void bytesThatAreNoMessage() {
    answer = new byte[] {-1, -1, -1};
    CacheStoreException error = assertFails(Status.Code.INTERNAL, () -> cache.get("k"));
    assertTrue(error.reason().contains("makes no sense"), error.reason());
    assertEquals("look at the log of the service", error.remedy());
  }

  @Test
  void aMessageThatCannotBeDecoded() {
    Duration beyondJava =
        Duration.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(Integer.MAX_VALUE).build();
    answer =
        GetResponse.newBuilder()
            .setValue(ByteString.copyFromUtf8("v"))
            .setTtl(beyondJava)
            .build()
            .toByteArray();
    CacheStoreException error =
        assertFails(
            Status.Code.INTERNAL, () -> cache.get(Key.of("k"), GetOptions.DEFAULT.withTtl()));
    assertTrue(error.reason().contains("makes no sense"), error.reason());
    assertEquals(ArithmeticException.class, error.getCause().getClass());
  }

  @Test
  void aBatchWithAnotherNumberOfResultsThanKeys() {
    answer = one(BatchGetResponse.newBuilder().addResults(BatchGetResult.getDefaultInstance()));
    assertWrongNumber(() -> cache.batchGet(KEYS, CallOptions.DEFAULT));
    answer = one(BatchSetResponse.newBuilder().addResults(BatchSetResult.getDefaultInstance()));
    List<SetEntry> entries = List.of(SetEntry.of("a", utf8("v")), SetEntry.of("b", utf8("v")));
    assertWrongNumber(() -> cache.batchSet(entries, CallOptions.DEFAULT));
    answer =
        one(BatchDeleteResponse.newBuilder().addResults(BatchDeleteResult.getDefaultInstance()));
    assertWrongNumber(() -> cache.batchDelete(KEYS, CallOptions.DEFAULT));
    answer =
        one(BatchExistsResponse.newBuilder().addResults(BatchExistsResult.getDefaultInstance()));
    assertWrongNumber(() -> cache.batchExists(KEYS, CallOptions.DEFAULT));
  }

  @Test
  void anItemThatFailsTellsOfItsOwnKeyAndOfWhereAndWhen() {
    ItemError full = ItemError.newBuilder().setCode(13).setMessage("the disk is full").build();
    answer =
        BatchSetResponse.newBuilder()
            .addResults(BatchSetResult.newBuilder().setStored(true))
            .addResults(BatchSetResult.newBuilder().setError(full))
            .build()
            .toByteArray();
    List<SetEntry> entries = List.of(SetEntry.of("a", utf8("v")), SetEntry.of("key", utf8("v")));
    List<ItemResult<Boolean>> results = cache.batchSet(entries, CallOptions.DEFAULT);
    assertTrue(results.get(0).get());
    CacheStoreException error = results.get(1).error().orElseThrow();
    assertEquals(Status.Code.INTERNAL, error.code());
    assertEquals("the disk is full", error.reason());
    assertEquals(3, error.keyBytes().getAsInt());
    assertEquals(Key.of("key").hash(), error.keyHash());
    assertEquals("127.0.0.1:" + server.getPort(), error.address());
    assertTrue(error.elapsed().toNanos() > 0);
  }

  @Test
  void anErrorOfAnItemThatSaysOk() {
    ItemError none = ItemError.newBuilder().setCode(0).setMessage("nothing").build();
    answer =
        BatchDeleteResponse.newBuilder()
            .addResults(BatchDeleteResult.newBuilder().setError(none))
            .build()
            .toByteArray();
    ItemResult<Boolean> item = cache.batchDelete(List.of(Key.of("a")), CallOptions.DEFAULT).get(0);
    assertEquals(Status.Code.UNKNOWN, item.error().orElseThrow().code());
  }

  private static byte[] one(MessageLite.Builder answer) {
    return answer.build().toByteArray();
  }

  private static void assertWrongNumber(Executable batch) {
    CacheStoreException error = assertFails(Status.Code.INTERNAL, batch);
    assertEquals("the answer has 1 results for a batch of 2", error.reason());
  }
}
