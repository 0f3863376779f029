// SPDX-License-Identifier: Apache-2.0
import { itemOf, mapItems, refuseBatchSize } from "./batch_item.js";
import { toBytes, viewOf, type Bytes } from "./bytes.js";
import { CacheError, type Operation } from "./cache_error.js";
import type { ItemError } from "./generated/protos/batch.js";
import type { SetRequest } from "./generated/protos/cache.js";
import type { BatchItem, CallOptions, SetEntry } from "./options.js";
import type { ServiceConnection } from "./service_connection.js";
import * as methods from "./service_method.js";
import { isRepeatable, toSetRequest } from "./set_request.js";

interface BatchLimits {
  maxKeys: number;
  maxBytes: number;
}

/** What one item takes of a request at most, besides its key and value. */
const ITEM_OVERHEAD_BYTES = 64;

/** How many values that had no room in a reply are fetched at a time. */
const FETCHES_AT_A_TIME = 8;

/** One kind of batch: how a part of it is called, and what its answer says of each item. */
interface BatchKind<Item, Request, Result, T> {
  method: methods.ServiceMethod<Request, { results: Result[] }>;
  field: "keys" | "entries";
  isRepeatable: boolean;
  keyOf: (item: Item) => Uint8Array;
  bytesOf: (item: Item) => number;
  requestOf: (items: Item[]) => Request;
  valueOf: (result: Result) => T;
}

/**
 * The batches of a RemoteCacheStore. One whose request would be larger than maxBytes is sent in parts,
 * one after the other, and values for which a reply had no room are fetched by single gets.
 *
 * If the first part fails, the batch does. If a later one does, its items and those after it have its
 * error; but one that refuses an item is the error of the batch, though what came before it is done.
 */
export class RemoteBatches {
  constructor(
    private readonly connection: ServiceConnection,
    private readonly limits: BatchLimits,
  ) {}

  async get(
    given: readonly Bytes[],
    options: CallOptions = {},
  ): Promise<BatchItem<Buffer | undefined>[]> {
    const deadline = this.connection.deadlineOf(options);
    const keys = this.keysOf("batchGet", given);
    const items = await this.run(
      {
        ...keyBatch(methods.BATCH_GET, true),
        valueOf: ({ value }) => (value === undefined ? undefined : viewOf(value)),
      },
      keys,
      deadline,
      options,
    );
    await this.fetchWhatHadNoRoom(keys, items, deadline, options);
    return items;
  }

  async set(given: readonly SetEntry[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const deadline = this.connection.deadlineOf(options);
    const entries = this.connection.checked("batchSet", () => {
      refuseBatchSize("entries", given.length, this.limits.maxKeys);
      return mapItems("entries", given, toSetRequest);
    });
    const kind = {
      method: methods.BATCH_SET,
      field: "entries" as const,
      isRepeatable: given.every(isRepeatable),
      keyOf: (entry: SetRequest) => entry.key,
      bytesOf: (entry: SetRequest) => entry.key.length + entry.value.length + ITEM_OVERHEAD_BYTES,
      requestOf: (part: SetRequest[]) => ({ entries: part }),
      valueOf: (result: { stored: boolean }) => result.stored,
    };
    return this.run(kind, entries, deadline, options);
  }

  async delete(keys: readonly Bytes[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const deadline = this.connection.deadlineOf(options);
    const kind = {
      ...keyBatch(methods.BATCH_DELETE, false),
      valueOf: (result: { deleted: boolean }) => result.deleted,
    };
    return this.run(kind, this.keysOf("batchDelete", keys), deadline, options);
  }

  async exists(keys: readonly Bytes[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const deadline = this.connection.deadlineOf(options);
    const kind = {
      ...keyBatch(methods.BATCH_EXISTS, true),
      valueOf: (result: { exists: boolean }) => result.exists,
    };
    return this.run(kind, this.keysOf("batchExists", keys), deadline, options);
  }

  private keysOf(operation: Operation, keys: readonly Bytes[]): Uint8Array[] {
    return this.connection.checked(operation, () => {
      refuseBatchSize("keys", keys.length, this.limits.maxKeys);
      return mapItems("keys", keys, (key) => toBytes(key, "key"));
    });
  }

  private async run<Item, Request, Result extends { error: ItemError | undefined }, T>(
    kind: BatchKind<Item, Request, Result, T>,
    items: Item[],
    deadline: number,
    options: CallOptions,
  ): Promise<BatchItem<T>[]> {
    const results: BatchItem<T>[] = [];
    for (const part of this.split(items, kind.bytesOf)) {
      try {
        results.push(...(await this.runPart(kind, part, deadline, options)));
      } catch (error) {
        const isFirst = results.length === 0;
        if (isFirst || !(error instanceof CacheError)) throw error;
        if (error.code === "INVALID_ARGUMENT")
          throw refusedLater(error, kind.field, results.length);
        const failed = items.slice(results.length);
        results.push(...failed.map((): BatchItem<T> => ({ ok: false, error })));
        break;
      }
    }
    return results;
  }

  private async runPart<Item, Request, Result extends { error: ItemError | undefined }, T>(
    kind: BatchKind<Item, Request, Result, T>,
    part: Item[],
    deadline: number,
    options: CallOptions,
  ): Promise<BatchItem<T>[]> {
    const started = performance.now();
    const call = { request: () => kind.requestOf(part), isRepeatable: kind.isRepeatable };
    const { results } = await this.connection.call(kind.method, call, {
      timeoutSeconds: deadline - performance.now() / 1000,
      signal: options.signal,
    });
    const { operation } = kind.method;
    const elapsedSeconds = (performance.now() - started) / 1000;
    const address = this.connection.address;
    if (results.length !== part.length) {
      throw new CacheError(
        "INTERNAL",
        `the service answered ${results.length} results for ${part.length} ${kind.field}`,
        { operation, address, elapsedSeconds },
      );
    }
    return results.map((result, i) =>
      itemOf(result.error, () => kind.valueOf(result), {
        operation,
        address,
        key: kind.keyOf(part[i] as Item),
        elapsedSeconds,
      }),
    );
  }

  // No part is empty, but that of an empty batch.
  private split<Item>(items: Item[], bytesOf: (item: Item) => number): Item[][] {
    const parts: Item[][] = [[]];
    let bytes = 0;
    for (const item of items) {
      const part = parts[parts.length - 1] as Item[];
      const itemBytes = bytesOf(item);
      if (part.length > 0 && bytes + itemBytes > this.limits.maxBytes) {
        parts.push([item]);
        bytes = itemBytes;
      } else {
        part.push(item);
        bytes += itemBytes;
      }
    }
    return parts;
  }

  private async fetchWhatHadNoRoom(
    keys: Uint8Array[],
    items: BatchItem<Buffer | undefined>[],
    deadline: number,
    options: CallOptions,
  ): Promise<void> {
    const missing = items.flatMap((item, i) =>
      !item.ok && item.error.code === "RESOURCE_EXHAUSTED" ? [i] : [],
    );
    const fetchAll = async (): Promise<void> => {
      for (let i = missing.shift(); i !== undefined; i = missing.shift()) {
        items[i] = await this.fetch(keys[i] as Uint8Array, deadline, options);
      }
    };
    await Promise.all(Array.from({ length: FETCHES_AT_A_TIME }, fetchAll));
  }

  private async fetch(
    key: Uint8Array,
    deadline: number,
    { signal }: CallOptions,
  ): Promise<BatchItem<Buffer | undefined>> {
    const request = () => ({ key, wantEtag: false, wantTtl: false, touch: undefined });
    const timeoutSeconds = deadline - performance.now() / 1000;
    try {
      const { value } = await this.connection.call(
        methods.GET,
        { request, key, isRepeatable: true },
        { timeoutSeconds, signal },
      );
      return { ok: true, value: value === undefined ? undefined : viewOf(value) };
    } catch (error) {
      if (error instanceof CacheError) return { ok: false, error };
      throw error;
    }
  }
}

function keyBatch<Result>(
  method: methods.ServiceMethod<{ keys: Uint8Array[] }, { results: Result[] }>,
  repeatable: boolean,
) {
  return {
    method,
    field: "keys" as const,
    isRepeatable: repeatable,
    keyOf: (key: Uint8Array) => key,
    bytesOf: (key: Uint8Array) => key.length + ITEM_OVERHEAD_BYTES,
    requestOf: (keys: Uint8Array[]) => ({ keys }),
  };
}

function refusedLater(error: CacheError, field: string, done: number): CacheError {
  return new CacheError(
    error.code,
    `in the part that begins with ${field}[${done}], and those before it are done: ${error.reason}`,
    { ...error, key: undefined },
  );
}
