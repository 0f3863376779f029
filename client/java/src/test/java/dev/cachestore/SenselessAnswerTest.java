// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cachestore.v1.Batch.BatchDeleteResponse;
import cachestore.v1.Batch.BatchDeleteResult;
import cachestore.v1.Batch.BatchExistsResponse;
import cachestore.v1.Batch.BatchExistsResult;
import cachestore.v1.Batch.BatchGetResponse;
import cachestore.v1.Batch.BatchGetResult;
import cachestore.v1.Batch.BatchSetResponse;
import cachestore.v1.Batch.BatchSetResult;
import cachestore.v1.Cache.GetResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
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

  private static byte[] one(MessageLite.Builder answer) {
    return answer.build().toByteArray();
  }

  private static void assertWrongNumber(Executable batch) {
    CacheStoreException error = assertFails(Status.Code.INTERNAL, batch);
    assertEquals("the answer has 1 results for a batch of 2", error.reason());
  }
}
