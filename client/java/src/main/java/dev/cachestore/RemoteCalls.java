// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * Makes calls over a connection, each with a deadline, and no more at a time than are allowed.
 * Thread-safe; nothing waits here.
 */
final class RemoteCalls {
  /** Whether gRPC may make a call again: true. */
  static final boolean REPEAT = true;

  private final ServiceConnection connection;
  private final Duration timeout;
  private final long maxInFlight;
  private final AtomicLong inFlight = new AtomicLong();
  private volatile boolean closed;

  RemoteCalls(ServiceConnection connection, Duration timeout, long maxInFlight) {
    this.connection = connection;
    this.timeout = timeout;
    this.maxInFlight = maxInFlight;
  }

  String address() {
    return connection.url().name();
  }

  /** Refuses new calls from now on. */
  void close() {
    closed = true;
    connection.shutdown();
  }

  /** When a call ends at the latest that begins now. Throws Refused for a timeout that is none. */
  Deadline deadline(Optional<Duration> callTimeout) {
    Limits.checkTimeout(callTimeout);
    return Deadline.after(nanosOf(callTimeout.orElse(timeout)), TimeUnit.NANOSECONDS);
  }

  /** As below, with a deadline of its own. */
  <Q, A, T> CompletableFuture<T> start(
      Call call,
      MethodDescriptor<Q, A> method,
      boolean mayRepeat,
      Q request,
      Optional<Duration> callTimeout,
      BiFunction<Call, A, T> decode) {
    try {
      return start(call, method, mayRepeat, request, deadline(callTimeout), decode);
    } catch (Refused refused) {
      return CompletableFuture.failedFuture(call.refused(refused));
    }
  }

  /** What {@code decode} makes of the answer. Cancelling it cancels the call. */
  <Q, A, T> CompletableFuture<T> start(
      Call call,
      MethodDescriptor<Q, A> method,
      boolean mayRepeat,
      Q request,
      Deadline deadline,
      BiFunction<Call, A, T> decode) {
    if (closed) {
      return CompletableFuture.failedFuture(
          call.refused(Status.Code.FAILED_PRECONDITION, CacheStoreException.STORE_CLOSED, null));
    }
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      return CompletableFuture.failedFuture(
          call.refused(
              Status.Code.RESOURCE_EXHAUSTED,
              "%d calls are in flight, which is the limit (max_calls_in_flight)"
                  .formatted(maxInFlight),
              null));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Answer<A, T> answer = new Answer<>(call, result, decode);
    try {
      send(method, mayRepeat, request, deadline, answer);
    } catch (RuntimeException | Error e) {
      answer.notSent(e);
    }
    return result;
  }

  private <Q, A, T> void send(
      MethodDescriptor<Q, A> method,
      boolean mayRepeat,
      Q request,
      Deadline deadline,
      Answer<A, T> answer) {
    CallOptions options = CallOptions.DEFAULT.withDeadline(deadline);
    ClientCall<Q, A> rpc = connection.channel(mayRepeat).newCall(method, options);
    answer.result.whenComplete(
        (value, error) -> {
          if (answer.result.isCancelled()) rpc.cancel("the caller gave it up", null);
        });
    ClientCalls.asyncUnaryCall(rpc, request, answer);
  }

  private static long nanosOf(Duration time) {
    long most = TimeUnit.DAYS.toNanos(365);
    return time.compareTo(Duration.ofNanos(most)) > 0 ? most : time.toNanos();
  }

  private final class Answer<A, T> implements StreamObserver<A> {
    private final Call call;
    private final CompletableFuture<T> result;
    private final BiFunction<Call, A, T> decode;
    private final AtomicBoolean ended = new AtomicBoolean();
    private A answer;

    Answer(Call call, CompletableFuture<T> result, BiFunction<Call, A, T> decode) {
      this.call = call;
      this.result = result;
      this.decode = decode;
    }

    @Override
    public void onNext(A message) {
      answer = message;
    }

    @Override
    public void onError(Throwable error) {
      leave();
      result.completeExceptionally(
          RemoteErrors.of(call, connection.url(), Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
      leave();
      try {
        if (answer == null) throw noAnswer();
        result.complete(decode.apply(call, answer));
      } catch (CacheStoreException e) {
        result.completeExceptionally(e);
      } catch (Throwable e) {
        result.completeExceptionally(RemoteErrors.senseless(call, e));
      }
    }

    /** gRPC threw instead of taking the call. */
    void notSent(Throwable error) {
      leave();
      result.completeExceptionally(
          call.refused(
              Status.Code.INTERNAL, "the call could not be sent: " + error.getMessage(), error));
    }

    /** Once, though gRPC may both throw and end the call. */
    private void leave() {
      if (ended.compareAndSet(false, true)) inFlight.decrementAndGet();
    }

    /** gRPC lets an OK without a message pass. */
    private CacheStoreException noAnswer() {
      return call.failed(
          Status.Code.INTERNAL, "the service at %s sent no answer".formatted(call.address()));
    }
  }
}
