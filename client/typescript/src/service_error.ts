// SPDX-License-Identifier: Apache-2.0
import { status, type ServiceError } from "@grpc/grpc-js";

import { CacheError, statusName, type FailedCall } from "./cache_error.js";

/** What a caller is given of an error that gRPC reports. */
export function fromServiceError(
  error: ServiceError,
  isTls: boolean,
  call: FailedCall,
): CacheError {
  // Node's words may have several lines, and gRPC's an empty note behind them.
  const said = error.details.replace(/\s+/g, " ").replace(/ ?\.? Resolution note: $/, "");
  switch (error.code) {
    case status.CANCELLED:
      // The caller's own end as AbortErrors.
      return new CacheError(
        "UNAVAILABLE",
        `the service ended the call, as one that shuts down does (${said})`,
        call,
        "try again",
      );
    case status.UNAVAILABLE: {
      const { what, remedy } = explain(said, isTls);
      return new CacheError("UNAVAILABLE", `${what} at ${call.address} (${said})`, call, remedy);
    }
    case status.DEADLINE_EXCEEDED:
      return new CacheError("DEADLINE_EXCEEDED", `no answer in time (${said})`, call);
    default:
      return new CacheError(statusName(error.code), said, call);
  }
}

interface Explanation {
  what: string;
  remedy?: string;
}

// By what Node says where it does not connect. Its words are no contract: those of another version
// get the general remedy.
function explain(said: string, isTls: boolean): Explanation {
  // Otherwise the words are the service's own, perhaps of TLS to its Redis.
  if (!/^(No connection established|Failed to connect|Connection dropped|read ECONN)/i.test(said)) {
    return { what: "the cache service is unavailable" };
  }
  if (said.includes("ECONNREFUSED")) return { what: "connection refused" };
  if (said.includes("ENOENT")) return { what: "there is no socket" };
  if (/self.signed|unable to (get|verify)|issuer|certificate has expired/i.test(said)) {
    return {
      what: "its certificate is not trusted",
      remedy: "give the file of the authority that signed it (tlsCaFile), or renew it",
    };
  }
  if (said.includes("does not match certificate")) {
    return {
      what: "its certificate is for other names",
      remedy: "put one of them in the URL",
    };
  }
  if (/wrong version number|packet length too long|unexpected message/i.test(said)) {
    return {
      what: "no TLS is spoken",
      remedy: "start it with tls_cert and tls_key, or write grpc://",
    };
  }
  return {
    what: "no connection",
    remedy: isTls
      ? "is it ready, and if it asks for a certificate, is one given that it trusts (tlsCertFile)?"
      : "is cache_server running? try cachectl ping; if it serves over TLS, write grpcs://",
  };
}
