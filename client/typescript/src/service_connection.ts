// SPDX-License-Identifier: Apache-2.0
import { Metadata, type Client, type ServiceError } from "@grpc/grpc-js";

import { AbortError, throwIfAborted } from "./abort.js";
import { CacheError, inCall, Refusal, type FailedCall, type Operation } from "./cache_error.js";
import type { ClientTls } from "./client_tls.js";
import { checkTimeout } from "./limits.js";
import type { CallOptions } from "./options.js";
import { createChannel } from "./service_channel.js";
import { fromServiceError } from "./service_error.js";
import type { ServiceMethod } from "./service_method.js";
import type { ServiceAddress } from "./service_url.js";

export interface ConnectionOptions {
  address: ServiceAddress;
  tls: ClientTls;
  token: string | undefined;
  timeoutSeconds: number;
  maxCallsInFlight: number;
}

/** One call to be made. */
export interface ServiceCall<Request> {
  /** Makes the request from what the caller gave; what it throws is the call's error. */
  request: () => Request;
  key?: Uint8Array | undefined;

  /** Whether it is no harm if gRPC makes it again. Only for methods of the service config. */
  isRepeatable?: boolean;

  /**
   * When it ends at the latest, where it is one of several that share a deadline: see deadlineOf.
   */
  deadline?: number;
}

// gRPC has no form for what is much longer.
const LONGEST_TIMEOUT_SECONDS = 365 * 24 * 3600;

/** The calls of one client to a service: bounded, each with a deadline. */
export class ServiceConnection {
  private readonly repeating: Client;
  private readonly once: Client;
  private readonly metadata = new Metadata();
  private inFlight = 0;
  private isClosed = false;
  private allEnded: (() => void) | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: ConnectionOptions) {
    this.repeating = createChannel(options.address, options.tls, true);
    this.once = createChannel(options.address, options.tls, false);
    if (options.token !== undefined) this.metadata.set("authorization", `Bearer ${options.token}`);
  }

  async call<Request, Response>(
    method: ServiceMethod<Request, Response>,
    call: ServiceCall<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    const started = performance.now();
    const failed = (): FailedCall => ({
      operation: method.operation,
      address: this.options.address.name,
      key: call.key,
      elapsedSeconds: (performance.now() - started) / 1000,
    });
    let request: Request;
    let timeoutSeconds: number;
    try {
      if (this.isClosed) throw new Refusal("FAILED_PRECONDITION", "store is closed");
      throwIfAborted(options.signal);
      timeoutSeconds = remaining(call.deadline ?? this.deadlineOf(options));
      if (this.inFlight >= this.options.maxCallsInFlight) {
        throw new Refusal(
          "RESOURCE_EXHAUSTED",
          `${this.inFlight} calls are in flight, as many as maxCallsInFlight allows`,
        );
      }
      request = call.request();
    } catch (error) {
      throw inCall(error, failed());
    }
    const client = call.isRepeatable === true ? this.repeating : this.once;
    return this.start(client, method, request, timeoutSeconds, options.signal, failed);
  }

  get address(): string {
    return this.options.address.name;
  }

  /** When a call of these options ends at the latest, in seconds of performance.now(). */
  deadlineOf(options: CallOptions): number {
    const timeoutSeconds = checkTimeout(options.timeoutSeconds ?? this.options.timeoutSeconds);
    return performance.now() / 1000 + Math.min(timeoutSeconds, LONGEST_TIMEOUT_SECONDS);
  }

  /** What `make` gives for a call that is still to be made; what it throws is the call's error. */
  checked<T>(operation: Operation, make: () => T): T {
    try {
      if (this.isClosed) throw new Refusal("FAILED_PRECONDITION", "store is closed");
      return make();
    } catch (error) {
      throw inCall(error, { operation, address: this.address, elapsedSeconds: 0 });
    }
  }

  /**
   * Refuses calls from now on; resolves when those in flight have ended and nothing is connected.
   */
  close(): Promise<void> {
    this.isClosed = true;
    this.closing ??= new Promise<void>((resolve) => {
      this.allEnded = resolve;
      if (this.inFlight === 0) resolve();
    }).then(() => {
      this.repeating.close();
      this.once.close();
    });
    return this.closing;
  }

  private async start<Request, Response>(
    client: Client,
    method: ServiceMethod<Request, Response>,
    request: Request,
    timeoutSeconds: number,
    signal: AbortSignal | undefined,
    failed: () => FailedCall,
  ): Promise<Response> {
    let abort = (): void => {};
    ++this.inFlight;
    try {
      return await new Promise((resolve, reject) => {
        const rpc = client.makeUnaryRequest(
          method.path,
          method.encode,
          method.decode,
          request,
          this.metadata,
          { deadline: Date.now() + timeoutSeconds * 1000 },
          (error: ServiceError | null, response?: Response) => {
            if (error === null) resolve(response as Response);
            else reject(fromServiceError(error, this.options.address.isTls, failed()));
          },
        );
        // What gRPC reports afterwards comes too late to be the result.
        abort = () => {
          reject(new AbortError(signal as AbortSignal));
          rpc.cancel();
        };
        signal?.addEventListener("abort", abort, { once: true });
      });
    } catch (error) {
      throw error instanceof CacheError || error instanceof AbortError
        ? error
        : notSent(error, failed());
    } finally {
      signal?.removeEventListener("abort", abort);
      if (--this.inFlight === 0) this.allEnded?.();
    }
  }
}

// gRPC threw instead of taking the call.
function notSent(error: unknown, call: FailedCall): CacheError {
  const why = `the call could not be sent (${String(error)})`;
  return new CacheError("INTERNAL", why, { ...call, isLocal: true });
}

function remaining(deadline: number): number {
  const seconds = deadline - performance.now() / 1000;
  if (seconds > 0) return seconds;
  throw new Refusal("DEADLINE_EXCEEDED", "the deadline had passed before the call began");
}
