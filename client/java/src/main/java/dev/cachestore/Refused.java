// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;

/** Why a store in this process does not do what it was asked; becomes a CacheStoreException. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;

  Refused(Status.Code code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  static Refused argument(String reason) {
    return new Refused(Status.Code.INVALID_ARGUMENT, reason);
  }

  Status.Code code() {
    return code;
  }
}
