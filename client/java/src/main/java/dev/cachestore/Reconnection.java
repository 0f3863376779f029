// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes a lost connection anew after pauses that grow from 0.1 s to 3 s. Left alone, gRPC's grow to
 * two minutes, so that a service that comes back after a while would be noticed long after; they
 * are no setting, but can be cut short.
 */
final class Reconnection {
  private static final double GROWTH = 1.6;
  private static final Duration FIRST =
      ServiceConnection.seconds(Spec.RECONNECT_INITIAL_BACKOFF_SECONDS);
  private static final Duration LONGEST =
      ServiceConnection.seconds(Spec.RECONNECT_MAX_BACKOFF_SECONDS);

  private final ManagedChannel channel;
  private Duration pause = FIRST;

  private Reconnection(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Sees to the channel until it is shut down. One step runs at a time. */
  static void watch(ManagedChannel channel) {
    new Reconnection(channel).look();
  }

  private void look() {
    ConnectivityState state = channel.getState(false);
    switch (state) {
      case SHUTDOWN -> {}
      case TRANSIENT_FAILURE -> {
        // The timer that every Java has.
        CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS)
            .execute(this::connect);
        pause = Duration.ofNanos(Math.min((long) (pause.toNanos() * GROWTH), LONGEST.toNanos()));
      }
      default -> {
        if (state == ConnectivityState.READY) pause = FIRST;
        channel.notifyWhenStateChanged(state, this::look);
      }
    }
  }

  private void connect() {
    channel.resetConnectBackoff();
    look();
  }
}
