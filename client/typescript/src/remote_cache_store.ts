// SPDX-License-Identifier: Apache-2.0
import { BaseCacheStore } from "./base_cache_store.js";
import { keyOf, toBytes, viewOf, type Bytes } from "./bytes.js";
import { named, ofSettings, Refusal } from "./cache_error.js";
import { readClientTls, type ClientTlsFiles } from "./client_tls.js";
import { toDelta } from "./counter.js";
import { toDuration, toSeconds } from "./duration.js";
import type { SetRequest } from "./generated/protos/cache.js";
import { checkTimeout } from "./limits.js";
import type * as options from "./options.js";
import { RemoteBatches } from "./remote_batches.js";
import { ServiceConnection, type ConnectionOptions } from "./service_connection.js";
import * as methods from "./service_method.js";
import { parseServiceUrl } from "./service_url.js";
import { isRepeatable, toSetRequest } from "./set_request.js";
import * as spec from "./spec.js";
import { checkToken } from "./token.js";

/** How a service is called. */
export interface RemoteOptions extends ClientTlsFiles {
  /**
   * Where the service is: grpc://HOST:PORT, grpcs://HOST:PORT for TLS, or grpc+unix:///PATH.
   * Default: grpc://127.0.0.1:50051.
   */
  url?: string | undefined;

  /** What shows the service who calls, as `cachectl token new` prints it. Default: nothing. */
  token?: string | undefined;

  /** Whether it may go to another machine without TLS: where something else encrypts. */
  insecureToken?: boolean | undefined;

  /** How long a call may take that gives no timeout of its own: finite. Default: 5. */
  timeoutSeconds?: number | undefined;

  /** How many calls may be in flight; those beyond are RESOURCE_EXHAUSTED. Default: 10,000. */
  maxCallsInFlight?: number | undefined;

  /** The largest request of a batch that the service accepts. Default: 4 MiB less 64 KiB. */
  maxBatchBytes?: number | undefined;
}

/**
 * A cache service that programs share. Any number of calls travel over one connection at a time;
 * what must not be repeated, although its method may, over a second.
 *
 * The service decides: its limits, its default TTL, its errors. Answered here are calls after
 * close(), calls beyond maxCallsInFlight, and what has no form on the wire.
 *
 * Calls that end UNAVAILABLE are made again, up to four times in all within the deadline: get and
 * exists without touchSeconds, ping, clear, batchGet, batchExists, and set and batchSet without
 * conditions or keepTtl. Never delete, batchDelete and increment. After a failure the connection
 * comes back by itself.
 */
export class RemoteCacheStore extends BaseCacheStore {
  private readonly connection: ServiceConnection;
  private readonly batches: RemoteBatches;

  /**
   * Connects with the first call: a service that is not there yet is no error here. Throws a
   * CacheError, INVALID_ARGUMENT, that names the option that is wrong; reads the files of TLS.
   */
  constructor(given: RemoteOptions = {}) {
    super();
    this.connection = new ServiceConnection(ofSettings(() => connectionOptions(given)));
    const maxBatchBytes = given.maxBatchBytes ?? spec.MAX_BATCH_BYTES;
    this.batches = new RemoteBatches(this.connection, maxBatchBytes);
  }

  async getWith(key: Bytes, get: options.GetOptions = {}): Promise<options.Entry | undefined> {
    const request = () => ({
      key: toBytes(key, "key"),
      wantEtag: get.wantEtag === true,
      wantTtl: get.wantTtl === true,
      touch: toDuration(get.touchSeconds, "touch"),
    });
    const call = { request, key: keyOf(key), isRepeatable: get.touchSeconds === undefined };
    const response = await this.connection.call(methods.GET, call, get);
    if (response.value === undefined) return undefined;
    return {
      value: viewOf(response.value),
      etag: response.etag.length === 0 ? undefined : viewOf(response.etag),
      ttlSeconds: toSeconds(response.ttl),
    };
  }

  async set(key: Bytes, value: Bytes, set: options.SetOptions = {}): Promise<boolean> {
    const request = (): SetRequest => toSetRequest({ ...set, key, value });
    const call = { request, key: keyOf(key), isRepeatable: isRepeatable(set) };
    return (await this.connection.call(methods.SET, call, set)).stored;
  }

  async delete(key: Bytes, remove: options.DeleteOptions = {}): Promise<boolean> {
    const request = () => ({
      key: toBytes(key, "key"),
      ifEtag: remove.ifEtag === undefined ? undefined : toBytes(remove.ifEtag, "if_etag"),
    });
    const call = { request, key: keyOf(key) };
    return (await this.connection.call(methods.DELETE, call, remove)).deleted;
  }

  async existsWith(key: Bytes, exists: options.ExistsOptions = {}): Promise<options.Presence> {
    const request = () => ({
      key: toBytes(key, "key"),
      wantTtl: exists.wantTtl === true,
      touch: toDuration(exists.touchSeconds, "touch"),
    });
    const call = { request, key: keyOf(key), isRepeatable: exists.touchSeconds === undefined };
    const response = await this.connection.call(methods.EXISTS, call, exists);
    return { exists: response.exists, ttlSeconds: toSeconds(response.ttl) };
  }

  async clear(call?: options.CallOptions): Promise<void> {
    await this.connection.call(methods.CLEAR, { request: () => ({}), isRepeatable: true }, call);
  }

  async ping(call?: options.CallOptions): Promise<void> {
    await this.connection.call(methods.PING, { request: () => ({}), isRepeatable: true }, call);
  }

  async increment(
    key: Bytes,
    delta: bigint | number = 1n,
    increment: options.IncrementOptions = {},
  ): Promise<options.Count> {
    const request = () => ({
      key: toBytes(key, "key"),
      delta: toDelta(delta),
      ttl: toDuration(increment.ttlSeconds, "ttl"),
    });
    const call = { request, key: keyOf(key) };
    const response = await this.connection.call(methods.INCREMENT, call, increment);
    return { value: response.value, ttlSeconds: toSeconds(response.ttl) };
  }

  batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    return this.batches.get(keys, call);
  }

  batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.batches.set(entries, call);
  }

  batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.batches.delete(keys, call);
  }

  batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.batches.exists(keys, call);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

function connectionOptions(given: RemoteOptions): ConnectionOptions {
  const url = given.url ?? spec.SETTINGS.APP_CACHE_STORAGE_URL;
  const address = named("url", () => parseServiceUrl(url));
  const { token, insecureToken } = given;
  if (token !== undefined) checkToken(token, address, insecureToken === true);
  const timeoutSeconds = checkTimeout(given.timeoutSeconds ?? spec.TIMEOUT_SECONDS);
  const maxCallsInFlight = given.maxCallsInFlight ?? spec.MAX_CALLS_IN_FLIGHT;
  if (!(maxCallsInFlight >= 1)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      `maxCallsInFlight: is ${maxCallsInFlight}; give at least 1`,
    );
  }
  return { address, tls: readClientTls(given, address), token, timeoutSeconds, maxCallsInFlight };
}
