// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.stub.MetadataUtils;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The channels to one service. Two of them, since what gRPC repeats goes by the method, and a Set
 * with a condition must not be made twice; the second connects only if it is used. Thread-safe.
 */
final class ServiceConnection {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  // Bounds and no reservations: with the defaults, larger messages are silently not repeated.
  private static final long RETRY_BUFFER_BYTES = 1L << 40;

  private final ServiceUrl url;
  private final ManagedChannel repeating;
  private final ManagedChannel once;
  private final EventLoopGroup socketLoop;
  private final Channel authorizedRepeating;
  private final Channel authorizedOnce;

  /** Connects with the first call. {@code token} may be empty. */
  ServiceConnection(ServiceUrl url, ChannelCredentials credentials, String token) {
    this.url = url;
    socketLoop = url.isSocket() ? socketLoop() : null;
    Map<String, ?> repeats =
        new Gson().fromJson(Spec.SERVICE_CONFIG, new TypeToken<Map<String, ?>>() {}.getType());
    repeating = builder(credentials).defaultServiceConfig(repeats).enableRetry().build();
    once = builder(credentials).build();
    authorizedRepeating = authorized(repeating, token);
    authorizedOnce = authorized(once, token);
    Reconnection.watch(repeating);
    Reconnection.watch(once);
  }

  ServiceUrl url() {
    return url;
  }

  /** The channel for calls that gRPC may repeat, or for those that it must not. */
  Channel channel(boolean mayRepeat) {
    return mayRepeat ? authorizedRepeating : authorizedOnce;
  }

  /** Lets calls in flight end and releases everything then. Returns at once. */
  void shutdown() {
    repeating.shutdown();
    once.shutdown();
    if (socketLoop != null) releaseLoop();
  }

  /** Not before the calls in flight have ended, which the loop carries. */
  private void releaseLoop() {
    Thread release =
        new DaemonThreads("cachestore-release")
            .newThread(
                () -> {
                  try {
                    repeating.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
                    once.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  socketLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                });
    release.start();
  }

  private NettyChannelBuilder builder(ChannelCredentials credentials) {
    NettyChannelBuilder builder =
        url.isSocket()
            ? NettyChannelBuilder.forAddress(
                    UnixDomainSocketAddress.of(url.socketPath()),
                    InsecureChannelCredentials.create())
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .eventLoopGroup(socketLoop)
                .overrideAuthority("localhost")
            : NettyChannelBuilder.forTarget("dns:///" + url.name(), credentials);
    return builder
        .disableServiceConfigLookUp()
        .perRpcBufferLimit(RETRY_BUFFER_BYTES)
        .retryBufferSize(RETRY_BUFFER_BYTES)
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .keepAliveTime(Spec.KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(Spec.KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .proxyDetector(address -> null);
  }

  private static EventLoopGroup socketLoop() {
    return new MultiThreadIoEventLoopGroup(
        1, new DaemonThreads("cachestore-socket"), NioIoHandler.newFactory());
  }

  private static Channel authorized(Channel channel, String token) {
    if (token.isEmpty()) return channel;
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
