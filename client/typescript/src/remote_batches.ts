// SPDX-License-Identifier: Apache-2.0
import { itemOf, mapItems } from "./batch_item.js";
import { toBytes, viewOf, type Bytes } from "./bytes.js";
import { CacheError, isAway, type Operation } from "./cache_error.js";
import type { ItemError } from "./generated/protos/batch.js";
import type { SetRequest } from "./generated/protos/cache.js";
import type { BatchItem, CallOptions, SetEntry } from "./options.js";
import type { ServiceCall, ServiceConnection } from "./service_connection.js";
import * as methods from "./service_method.js";
import { isRepeatable, toSetRequest } from "./set_request.js";

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

  /** How an item is called that is larger than a batch may be. Default: as a batch of one. */
  alone?: (item: Item) => Promise<BatchItem<T>>;
}

/** When all calls of a batch end at the latest, and what its caller may abort them by. */
interface BatchCall {
  deadline: number;
  signal: AbortSignal | undefined;
}

/**
 * The batches of a RemoteCacheStore. One whose request would be larger than maxBytes is sent in
 * parts, one after the other; an entry that is larger by itself, by a set of its own; and values
 * for which a reply had no room are fetched by single gets.
 *
 * If the first part fails, the batch does. If a later one does, its items and those after it have
 * its error; but one that refuses an item is the error of the batch, though what came before it is
 * done.
 */
export class RemoteBatches {
  constructor(
    private readonly connection: ServiceConnection,
    private readonly maxBytes: number,
  ) {}

  async get(
    given: readonly Bytes[],
    options: CallOptions = {},
  ): Promise<BatchItem<Buffer | undefined>[]> {
    const { items: keys, call } = this.beginKeys("batchGet", given, options);
    const kind = {
      ...keyBatch(methods.BATCH_GET, true),
      valueOf: ({ value }: { value?: Uint8Array | undefined }) => valueOf(value),
    };
    const items = await this.run(kind, keys, call);
    await this.fetchWhatHadNoRoom(keys, items, call);
    return items;
  }

  async set(given: readonly SetEntry[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const { items: entries, call } = this.begin("batchSet", options, () =>
      mapItems("entries", given, toSetRequest),
    );
    const repeatable = given.every(isRepeatable);
    const kind = {
      method: methods.BATCH_SET,
      field: "entries" as const,
      isRepeatable: repeatable,
      keyOf: (entry: SetRequest) => entry.key,
      bytesOf: (entry: SetRequest) => entry.key.length + entry.value.length + ITEM_OVERHEAD_BYTES,
      requestOf: (part: SetRequest[]) => ({ entries: part }),
      valueOf: (result: { stored: boolean }) => result.stored,
      alone: (entry: SetRequest) => this.setAlone(entry, repeatable, call),
    };
    return this.run(kind, entries, call);
  }

  async delete(keys: readonly Bytes[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const { items, call } = this.beginKeys("batchDelete", keys, options);
    const kind = {
      ...keyBatch(methods.BATCH_DELETE, false),
      valueOf: (result: { deleted: boolean }) => result.deleted,
    };
    return this.run(kind, items, call);
  }

  async exists(keys: readonly Bytes[], options: CallOptions = {}): Promise<BatchItem<boolean>[]> {
    const { items, call } = this.beginKeys("batchExists", keys, options);
    const kind = {
      ...keyBatch(methods.BATCH_EXISTS, true),
      valueOf: (result: { exists: boolean }) => result.exists,
    };
    return this.run(kind, items, call);
  }

  private begin<Item>(
    operation: Operation,
    options: CallOptions,
    make: () => Item[],
  ): { items: Item[]; call: BatchCall } {
    return this.connection.checked(operation, () => {
      const deadline = this.connection.deadlineOf(options);
      return { items: make(), call: { deadline, signal: options.signal } };
    });
  }

  private beginKeys(operation: Operation, keys: readonly Bytes[], options: CallOptions) {
    return this.begin(operation, options, () =>
      mapItems("keys", keys, (key) => toBytes(key, "key")),
    );
  }

  private async run<Item, Request, Result extends { error: ItemError | undefined }, T>(
    kind: BatchKind<Item, Request, Result, T>,
    items: Item[],
    call: BatchCall,
  ): Promise<BatchItem<T>[]> {
    const results: BatchItem<T>[] = [];
    for (const part of this.split(items, kind.bytesOf)) {
      try {
        results.push(...(await this.runPart(kind, part, call)));
      } catch (error) {
        const isFirst = results.length === 0;
        if (isFirst || !(error instanceof CacheError)) throw error;
        if (error.code === "INVALID_ARGUMENT") throw refusedLater(error, results.length);
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
    { deadline, signal }: BatchCall,
  ): Promise<BatchItem<T>[]> {
    const [first] = part;
    if (first !== undefined && kind.alone !== undefined && kind.bytesOf(first) > this.maxBytes) {
      return [await kind.alone(first)];
    }
    const started = performance.now();
    const request = (): Request => kind.requestOf(part);
    const call = { request, isRepeatable: kind.isRepeatable, deadline };
    const { results } = await this.connection.call(kind.method, call, { signal });
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
      if (part.length > 0 && bytes + itemBytes > this.maxBytes) {
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
    call: BatchCall,
  ): Promise<void> {
    const missing = items.flatMap((item, i) =>
      !item.ok && item.error.code === "RESOURCE_EXHAUSTED" ? [i] : [],
    );
    const fetchAll = async (): Promise<void> => {
      for (let i = missing.shift(); i !== undefined; i = missing.shift()) {
        items[i] = await this.fetch(keys[i] as Uint8Array, call);
      }
    };
    await Promise.all(Array.from({ length: FETCHES_AT_A_TIME }, fetchAll));
  }

  private fetch(key: Uint8Array, call: BatchCall): Promise<BatchItem<Buffer | undefined>> {
    const request = () => ({ key, wantEtag: false, wantTtl: false, touch: undefined });
    const get = { request, key, isRepeatable: true };
    return this.callAlone(methods.GET, get, call, (response) => valueOf(response.value));
  }

  private async setAlone(
    entry: SetRequest,
    repeatable: boolean,
    call: BatchCall,
  ): Promise<BatchItem<boolean>> {
    const set = { request: () => entry, key: entry.key, isRepeatable: repeatable };
    const item = await this.callAlone(methods.SET, set, call, (response) => response.stored);
    if (item.ok) return item;
    const { error } = item;
    // As the service says it of an entry of a batch.
    if (error.code === "INVALID_ARGUMENT") {
      throw new CacheError(error.code, `entries[0].${error.reason}`, error);
    }
    // Those after it need not wait for a service that is away.
    if (isAway(error)) throw error;
    return item;
  }

  private async callAlone<Request, Response, T>(
    method: methods.ServiceMethod<Request, Response>,
    call: ServiceCall<Request>,
    { deadline, signal }: BatchCall,
    valueOf: (response: Response) => T,
  ): Promise<BatchItem<T>> {
    try {
      const response = await this.connection.call(method, { ...call, deadline }, { signal });
      return { ok: true, value: valueOf(response) };
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

function valueOf(value: Uint8Array | undefined): Buffer | undefined {
  return value === undefined ? undefined : viewOf(value);
}

// The error of a later part, with its item's number in the whole batch.
function refusedLater(error: CacheError, done: number): CacheError {
  const reason = error.reason.replace(
    /^(keys|entries)\[(\d+)\]/,
    (_, field: string, number: string) => `${field}[${Number(number) + done}]`,
  );
  const told = `${reason}; of this batch, the first ${done} were sent and are done`;
  return new CacheError(error.code, told, { ...error, key: undefined });
}
