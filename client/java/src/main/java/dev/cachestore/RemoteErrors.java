// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.net.ConnectException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;

/** What a call over gRPC has failed with, as callers are told. */
final class RemoteErrors {
  private static final String DISTRUST =
      "its certificate has expired, or nobody who is trusted has signed it; give the file of its"
          + " authority as tls_ca_file";

  private RemoteErrors() {}

  static CacheStoreException of(Call call, ServiceUrl url, Status status) {
    String said = firstLine(status.getDescription());
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(call, url, status, said);
      case CANCELLED -> cancelled(call, status);
      case DEADLINE_EXCEEDED ->
          call.failed(
              Status.Code.DEADLINE_EXCEEDED,
              "the service at %s did not answer in time (%s)".formatted(call.address(), said));
      default -> call.failed(status.getCode(), said);
    };
  }

  /** Nobody here has asked for it. */
  private static CacheStoreException cancelled(Call call, Status status) {
    // So grpc-java ends a call of which it cannot read the answer; the service's own has no cause.
    if (status.getCause() != null) return senseless(call, status.getCause());
    // A service that drains refuses calls so.
    return call.failed(
        Status.Code.UNAVAILABLE,
        "the service at %s ended the call, as one that shuts down does".formatted(call.address()));
  }

  /** An answer that cannot be read, or means nothing. */
  static CacheStoreException senseless(Call call, Throwable cause) {
    return call.failed(
        Status.Code.INTERNAL,
        "the answer of the service at %s makes no sense".formatted(call.address()),
        CacheStoreException.remedyOf(Status.Code.INTERNAL),
        cause);
  }

  private static CacheStoreException unavailable(
      Call call, ServiceUrl url, Status status, String said) {
    Throwable root = status.getCause();
    while (root != null && root.getCause() != null) root = root.getCause();
    // Under gRPC's own words, such as "io exception", lies what has happened.
    String detail = root == null ? said : firstLine(root.getMessage());
    String reason =
        root instanceof ConnectException
            ? "connection refused at " + call.address()
            : "the service at %s is unavailable: %s".formatted(call.address(), detail);
    String remedy = isDistrust(root) ? DISTRUST : remedy(detail, url);
    return call.failed(Status.Code.UNAVAILABLE, reason, remedy, status.getCause());
  }

  private static boolean isDistrust(Throwable root) {
    return root instanceof CertPathValidatorException
        || root instanceof CertPathBuilderException
        || root instanceof CertificateExpiredException;
  }

  /** By the words of Java and gRPC, which are no contract: others get the general advice. */
  private static String remedy(String detail, ServiceUrl url) {
    if (detail.contains("subject alternative") || detail.contains("No name matching")) {
      return "its certificate is for other names; put one of them in the URL";
    }
    if (detail.contains("not an SSL/TLS record")) {
      return "it does not speak TLS; start it with tls_cert and tls_key";
    }
    String general = CacheStoreException.remedyOf(Status.Code.UNAVAILABLE);
    if (!detail.contains("closed") && !detail.contains("reset")) return general;
    return general
        + (url.tls()
            ? "; if it asks for a certificate, give one that it trusts (tls_cert_file)"
            : "; if it serves over TLS, write grpcs://");
  }

  private static String firstLine(String text) {
    return text == null || text.isEmpty()
        ? "nothing was said"
        : text.lines().findFirst().orElse("");
  }
}
