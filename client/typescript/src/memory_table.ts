// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

import { nameOf } from "./bytes.js";
import { Refusal } from "./cache_error.js";
import { ExpiryHeap, type Expiring } from "./expiry_heap.js";

/** How much a table holds. */
export interface Capacity {
  maxEntries: number;
  maxBytes: number;
}

interface StoredEntry extends Expiring {
  name: string;
  value: Buffer;
}

/** What each entry counts besides its key and value: its objects in the map and in the heap. */
const OVERHEAD_BYTES = 200;

/**
 * The live entries of a cache in memory. What is full makes room: it drops what expires first, and
 * of equals what was set first, but never what is being stored. Reads are O(1), writes O(log
 * entries).
 */
export class MemoryTable {
  private readonly entries = new Map<string, StoredEntry>();
  private readonly byExpiry = new ExpiryHeap<StoredEntry>();
  private bytes = 0;
  private writes = 0;

  /** `now` gives milliseconds that never go back. */
  constructor(
    private readonly capacity: Capacity,
    private readonly now: () => number,
  ) {}

  /** The value under a key. Not to be changed. */
  get(key: Buffer): Buffer | undefined {
    return this.find(key)?.value;
  }

  /** The TTL that remains, rounded up to whole milliseconds. */
  ttlMillis(key: Buffer): number | undefined {
    const entry = this.find(key);
    return entry === undefined ? undefined : Math.ceil(entry.expiresAt - this.now());
  }

  /**
   * Stores a copy of a value. Without a TTL, one that is there keeps its own. RESOURCE_EXHAUSTED if
   * the entry alone is larger than the table; nothing has changed then.
   */
  set(key: Buffer, value: Buffer, ttlMillis: number | undefined): void {
    const needed = bytesOf(key.length, value.length);
    if (needed > this.capacity.maxBytes) {
      throw new Refusal(
        "RESOURCE_EXHAUSTED",
        `value: the entry takes ${needed} bytes; the store holds ${this.capacity.maxBytes} bytes ` +
          "(max_bytes): store less, or raise it",
      );
    }
    const old = this.find(key);
    const expiresAt = ttlMillis === undefined ? old?.expiresAt : this.now() + ttlMillis;
    if (expiresAt === undefined) throw new Error("an entry that is not there has no TTL to keep");
    const order = ttlMillis === undefined && old !== undefined ? old.order : this.writes++;
    if (old !== undefined) this.drop(old);
    this.makeRoom(needed);
    const entry = { name: nameOf(key), value: Buffer.from(value), expiresAt, order, heapIndex: 0 };
    this.entries.set(entry.name, entry);
    this.byExpiry.add(entry);
    this.bytes += needed;
  }

  /** Gives a live entry a new TTL. */
  touch(key: Buffer, ttlMillis: number): void {
    const entry = this.find(key);
    if (entry === undefined) return;
    this.byExpiry.remove(entry);
    entry.expiresAt = this.now() + ttlMillis;
    entry.order = this.writes++;
    this.byExpiry.add(entry);
  }

  delete(key: Buffer): void {
    const entry = this.find(key);
    if (entry !== undefined) this.drop(entry);
  }

  clear(): void {
    this.entries.clear();
    this.byExpiry.clear();
    this.bytes = 0;
  }

  private find(key: Buffer): StoredEntry | undefined {
    const entry = this.entries.get(nameOf(key));
    if (entry === undefined || entry.expiresAt > this.now()) return entry;
    this.drop(entry);
    return undefined;
  }

  // What has expired is what expires first.
  private makeRoom(needed: number): void {
    for (let first = this.byExpiry.first; first !== undefined; first = this.byExpiry.first) {
      const fits =
        this.entries.size < this.capacity.maxEntries &&
        this.bytes + needed <= this.capacity.maxBytes;
      if (fits) return;
      this.drop(first);
    }
  }

  private drop(entry: StoredEntry): void {
    this.entries.delete(entry.name);
    this.byExpiry.remove(entry);
    this.bytes -= bytesOf(entry.name.length, entry.value.length);
  }
}

export function etagOf(value: Buffer): Buffer {
  return createHash("sha1").update(value).digest();
}

function bytesOf(keyBytes: number, valueBytes: number): number {
  return keyBytes + valueBytes + OVERHEAD_BYTES;
}
