// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CacheError,
  FailOpenCacheStore,
  MemoryCacheStore,
  type Entry,
  type StatusName,
} from "@cachestore/client";

/** A cache that fails with a code, as long as it has one, and counts the reads it is asked for. */
class FailingStore extends MemoryCacheStore {
  code: StatusName | undefined = "UNAVAILABLE";
  reads = 0;

  override async getWith(key: string): Promise<Entry | undefined> {
    ++this.reads;
    this.failIfBroken();
    return super.getWith(key);
  }

  override async set(key: string, value: string): Promise<boolean> {
    this.failIfBroken();
    return super.set(key, value);
  }

  override async increment(): Promise<never> {
    throw this.error("UNAVAILABLE");
  }

  private failIfBroken(): void {
    if (this.code !== undefined) throw this.error(this.code);
  }

  private error(code: StatusName): CacheError {
    const call = { operation: "get", address: "nowhere", elapsedSeconds: 0 } as const;
    return new CacheError(code, "scripted", call);
  }
}

test("A cache that is away misses, stores nothing, and is counted", async () => {
  const missed: string[] = [];
  const observer = { miss: (operation: string) => void missed.push(operation) };
  const store = new FailOpenCacheStore(new FailingStore(), { observer });
  assert.equal(await store.get("k"), undefined);
  assert.equal(await store.set("k", "v"), false);
  assert.deepEqual({ ...store.counts }, { misses: 1, lostWrites: 1 });
  assert.deepEqual(missed, ["get"]);
});

test("A cache that is too slow misses", async () => {
  const failing = new FailingStore();
  failing.code = "DEADLINE_EXCEEDED";
  assert.equal(await new FailOpenCacheStore(failing).get("k"), undefined);
});

test("The caller's own errors reject", async () => {
  const failing = new FailingStore();
  failing.code = "PERMISSION_DENIED";
  const store = new FailOpenCacheStore(failing);
  await assert.rejects(store.get("k"), { code: "PERMISSION_DENIED" });
  failing.code = undefined;
  await assert.rejects(store.delete(""), { code: "INVALID_ARGUMENT" });
});

test("What cannot be made up rejects", async () => {
  const store = new FailOpenCacheStore(new FailingStore());
  await assert.rejects(store.increment("k"), { code: "UNAVAILABLE" });
});

test("After five failures in a row the cache is left alone for a second, and then tried once", async () => {
  let now = 0;
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { now: () => now });
  for (let i = 0; i < 20; ++i) await store.get("k");
  assert.equal(failing.reads, 5);
  now = 999;
  await store.get("k");
  assert.equal(failing.reads, 5);
  now = 1000;
  await Promise.all([store.get("k"), store.get("k"), store.get("k")]);
  assert.equal(failing.reads, 6);
  now = 2000;
  failing.code = undefined;
  await store.get("k");
  await store.get("k");
  assert.equal(failing.reads, 8);
  assert.equal(store.counts.misses, 20 + 1 + 3);
});

test("A success between failures keeps the breaker closed", async () => {
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { failures: 2, now: () => 0 });
  for (let i = 0; i < 5; ++i) {
    failing.code = "UNAVAILABLE";
    await store.get("k");
    failing.code = undefined;
    await store.get("k");
  }
  assert.equal(failing.reads, 10);
});

test("A batch of a cache that is away is made up item by item", async () => {
  const store = new FailOpenCacheStore(new FailingStore(), { failures: 1, now: () => 0 });
  await store.get("k");
  const miss = { ok: true, value: undefined };
  assert.deepEqual(await store.batchGet(["a", "b"]), [miss, miss]);
  const lost = { ok: true, value: false };
  assert.deepEqual(await store.batchSet([{ key: "a", value: "v" }]), [lost]);
  assert.deepEqual({ ...store.counts }, { misses: 3, lostWrites: 1 });
});
