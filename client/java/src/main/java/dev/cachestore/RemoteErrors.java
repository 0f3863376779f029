// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.net.ConnectException;

/** What a call over gRPC has failed with, as callers are told. */
final class RemoteErrors {
  private RemoteErrors() {}

  static CacheStoreException of(Call call, Status status) {
    String said = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          call.failed(Status.Code.UNAVAILABLE, unavailable(call, status, said), cause(status));
      // Nobody here has asked for it: a service that drains refuses calls so.
      case CANCELLED ->
          call.failed(
              Status.Code.UNAVAILABLE,
              "the service at %s ended the call, as one that shuts down does"
                  .formatted(call.address()),
              cause(status));
      case DEADLINE_EXCEEDED ->
          call.failed(
              Status.Code.DEADLINE_EXCEEDED,
              "the service at %s did not answer in time%s"
                  .formatted(call.address(), said.isEmpty() ? "" : " (" + said + ")"));
      default -> call.failed(status.getCode(), said.isEmpty() ? "without a word" : said);
    };
  }

  private static String unavailable(Call call, Status status, String said) {
    Throwable root = root(status.getCause());
    if (root instanceof ConnectException) return "connection refused at " + call.address();
    String detail = root == null || root.getMessage() == null ? "" : " (" + root.getMessage() + ")";
    return "the service at %s is unavailable: %s%s".formatted(call.address(), said, detail);
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root != null && root.getCause() != null) root = root.getCause();
    return root;
  }

  private static Throwable cause(Status status) {
    return status.getCause();
  }
}
