// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

import { status } from "@grpc/grpc-js";

import { ERRORS } from "./spec.js";

/** The name of a gRPC status code other than OK: `UNAVAILABLE`, `INVALID_ARGUMENT` and so on. */
export type StatusName = Exclude<keyof typeof status, "OK">;

/** A call of a cache, as errors and observers name it. */
export type Operation =
  | "get"
  | "set"
  | "delete"
  | "exists"
  | "clear"
  | "ping"
  | "increment"
  | "batchGet"
  | "batchSet"
  | "batchDelete"
  | "batchExists";

const OF_CALLERS: ReadonlySet<StatusName> = new Set([
  "INVALID_ARGUMENT",
  "PERMISSION_DENIED",
  "FAILED_PRECONDITION",
  "UNAUTHENTICATED",
]);

/** Of which call an error is. */
export interface FailedCall {
  /** `settings` where a store could not be made. */
  operation: Operation | "settings";
  /** `127.0.0.1:50051`, `unix:/run/cache.sock`, `memory`, `none`, or `this client`. */
  address: string;
  /** Absent for calls without a key, and for batches. */
  key?: Uint8Array | undefined;
  elapsedSeconds: number;
  /** Whether the client refused it, and nothing was sent. Default: no. */
  isLocal?: boolean | undefined;
}

/**
 * Why a call of a cache failed. The message says all that the fields hold, in one line; neither it
 * nor they repeat a key or a value.
 */
export class CacheError extends Error {
  override readonly name = "CacheError";

  /** gRPC's name and number of what has happened. */
  readonly code: StatusName;
  readonly grpcCode: number;

  /** What has happened, in the words of the service where it has said something. */
  readonly reason: string;

  /** What to do about it. */
  readonly remedy: string;

  readonly operation: FailedCall["operation"];
  readonly address: string;

  /** The key's size, and the first 8 digits of its SHA-256 digest in hexadecimal. */
  readonly keyBytes: number | undefined;
  readonly keyHash: string | undefined;

  /** How long the call took until it failed. */
  readonly elapsedSeconds: number;

  /** Whether the client itself refused the call: it tells nothing of the service. */
  readonly isLocal: boolean;

  /** `remedy` is what the spec of all clients says of the code, unless it is given. */
  constructor(code: StatusName, reason: string, call: FailedCall, remedy?: string) {
    const keyHash = call.key === undefined ? undefined : hashOf(call.key);
    const circumstances = [`after ${(call.elapsedSeconds * 1000).toFixed(1)} ms`];
    if (call.key !== undefined) {
      circumstances.unshift(`key of ${call.key.length} bytes with hash ${keyHash}`);
    }
    const isSaid = remedy === undefined && saysWhatToDo(code);
    const toDo = remedy ?? remedyOf(code);
    const what = isSaid || toDo === "" ? reason : `${reason}: ${toDo}`;
    super(`${call.operation} at ${call.address}: ${code}: ${what} (${circumstances.join(", ")})`);
    this.code = code;
    this.grpcCode = status[code];
    this.reason = reason;
    this.remedy = toDo;
    this.operation = call.operation;
    this.address = call.address;
    this.keyBytes = call.key?.length;
    this.keyHash = keyHash;
    this.elapsedSeconds = call.elapsedSeconds;
    this.isLocal = call.isLocal === true;
  }
}

/** What refuses a call before it is known which call it is; becomes a CacheError. */
export class Refusal extends Error {
  constructor(
    readonly code: StatusName,
    reason: string,
  ) {
    super(reason);
  }
}

/** What `make` gives; what refuses it is said to be of `setting`. */
export function named<T>(setting: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, `${setting}: ${error.message}`);
  }
}

/**
 * What a caller is given of an error: a Refusal with the call that it is of, and as the client's
 * own unless the call says otherwise; others as they are.
 */
export function inCall(error: unknown, call: FailedCall): unknown {
  if (!(error instanceof Refusal)) return error;
  return new CacheError(error.code, error.message, { isLocal: true, ...call });
}

/** What `make` gives; what refuses it becomes the error of whoever makes a store. */
export function ofSettings<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw inCall(error, { operation: "settings", address: "this client", elapsedSeconds: 0 });
  }
}

/** The name of a status code; UNKNOWN for a number that is none. */
export function statusName(code: number): StatusName {
  const name = status[code] as keyof typeof status | undefined;
  return name === undefined || name === "OK" ? "UNKNOWN" : name;
}

/** Whether the cache is away, rather than the call wrong. */
export function isAway(error: unknown): error is CacheError {
  return (
    error instanceof CacheError &&
    (error.code === "UNAVAILABLE" || error.code === "DEADLINE_EXCEEDED")
  );
}

/** What the caller did, or may not do, and has to know. The rest is the cache's own trouble. */
export function isOfCaller(error: CacheError): boolean {
  return OF_CALLERS.has(error.code);
}

/** Whether an application goes on without: the cache is away, or the client makes no more calls. */
export function isMissed(error: unknown): error is CacheError {
  if (isAway(error)) return true;
  return error instanceof CacheError && error.isLocal && error.code === "RESOURCE_EXHAUSTED";
}

function hashOf(key: Uint8Array): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

function remedyOf(code: StatusName): string {
  return ERRORS[status[code]]?.remedy ?? "";
}

/** Whether what is said of such an error ends with what to do. */
function saysWhatToDo(code: StatusName): boolean {
  return code === "INVALID_ARGUMENT" || code === "FAILED_PRECONDITION";
}
