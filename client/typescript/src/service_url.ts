// SPDX-License-Identifier: Apache-2.0
import { isIPv4, isIPv6 } from "node:net";

import { Refusal } from "./cache_error.js";

/** Where a cache service is. */
export interface ServiceAddress {
  /** As gRPC's name resolvers take it: dns:///127.0.0.1:50051. */
  target: string;

  /** As people read it, in messages: 127.0.0.1:50051. */
  name: string;

  /** Whether it is spoken to over TLS. */
  isTls: boolean;

  /** Whether it is this machine beyond doubt: localhost, 127.0.0.0/8, ::1, or a unix socket. */
  isThisMachine: boolean;
}

/** The most bytes of a unix socket's path: what a sockaddr_un holds besides its NUL. */
const MAX_SOCKET_PATH_BYTES = 107;

/**
 * Reads the URL of a cache service; does not look it up:
 *
 *   grpc://HOST:PORT        a host name, an IPv4 address, or an IPv6 address in brackets
 *   grpcs://HOST:PORT       the same over TLS
 *   grpc+unix:///PATH       a unix socket, by its absolute path
 *   unix:PATH               the same as gRPC writes it; the path may be relative
 *
 * INVALID_ARGUMENT says what is wrong and what is accepted; it repeats the URL unless that may hold
 * a password.
 */
export function parseServiceUrl(url: string): ServiceAddress {
  const rest = (scheme: string): string | undefined =>
    url.startsWith(scheme) ? url.slice(scheme.length) : undefined;

  const plain = rest("grpc://");
  if (plain !== undefined) return hostAndPort(url, plain, false);
  const tls = rest("grpcs://");
  if (tls !== undefined) return hostAndPort(url, tls, true);
  const absolute = rest("grpc+unix://") ?? rest("unix://");
  if (absolute !== undefined) {
    if (!absolute.startsWith("/")) throw wrong(url, "has a path that does not begin with /");
    return socketPath(url, absolute);
  }
  const path = rest("unix:");
  if (path !== undefined) return socketPath(url, path);
  if (url === "") throw wrong(url, "is empty");
  const schemeEnd = url.indexOf("://");
  if (schemeEnd < 0) throw wrong(url, "has no scheme");
  throw wrong(url, `has the scheme ${url.slice(0, schemeEnd)}, which is none of a cache service`);
}

function wrong(url: string, problem: string): Refusal {
  // What stands before an @ may be a password.
  const got = url.includes("@") ? "" : `, got ${JSON.stringify(url)}`;
  return new Refusal(
    "INVALID_ARGUMENT",
    `${problem}; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051, ` +
      `grpcs://cache.example:50051 or unix:/run/cache.sock${got}`,
  );
}

function socketPath(url: string, path: string): ServiceAddress {
  if (path === "") throw wrong(url, "has no path of a unix socket");
  if (path.includes("\0")) throw wrong(url, "has a NUL in its path");
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw wrong(
      url,
      `has a path of ${bytes} bytes; a unix socket's has ${MAX_SOCKET_PATH_BYTES} at most`,
    );
  }
  return { target: `unix:${path}`, name: `unix:${path}`, isTls: false, isThisMachine: true };
}

function hostAndPort(url: string, rest: string, isTls: boolean): ServiceAddress {
  if (rest.includes("@")) throw wrong(url, "has a user, which is no part");
  const name = rest.endsWith("/") ? rest.slice(0, -1) : rest;
  if (/[/?#]/.test(name)) throw wrong(url, "has more than a host and a port");
  const match = /^(?:\[([^\]]*)\]|([A-Za-z0-9._-]+))(?::([0-9]*))?$/.exec(name);
  if (match === null) throw wrong(url, problemOf(name));
  const [, bracketed, plain, port] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) {
    throw wrong(url, "has no IPv6 address between the brackets");
  }
  if (port === undefined) throw wrong(url, "has no port");
  if (!(Number(port) >= 1 && Number(port) <= 65535)) {
    throw wrong(url, "has no port from 1 to 65535");
  }
  const host = bracketed ?? plain ?? "";
  return { target: `dns:///${name}`, name, isTls, isThisMachine: isLoopback(host) };
}

function problemOf(name: string): string {
  if (name.startsWith("[") && !name.includes("]")) return "has a [ without its ]";
  if (!name.startsWith("[") && name.indexOf(":") !== name.lastIndexOf(":")) {
    return "has an IPv6 address without brackets";
  }
  if (name === "" || name.startsWith(":")) return "has no host";
  if (/^(?:\[[^\]]*\]|[A-Za-z0-9._-]+):/.test(name)) return "has no port from 1 to 65535";
  return "has a host that is no name and no address";
}

function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  if (isIPv4(host)) return host.startsWith("127.");
  // All forms of ::1 in hexadecimal: nothing but zeros before the one.
  return isIPv6(host) && /^[0:]*:0{0,3}1$/.test(host);
}
