// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CacheError,
  FailOpenCacheStore,
  MemoryCacheStore,
  type Entry,
  RemoteCacheStore,
  type StatusName,
} from "@cachestore/client";

import { ScriptedServer } from "./scripted_server.js";

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

test("After five failures in a row the cache is left alone, and then tried once", async () => {
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

test("Too many calls in flight are counted misses, and tell the breaker nothing", async () => {
  const server = await ScriptedServer.start("hang");
  const remote = new RemoteCacheStore({ url: server.url, maxCallsInFlight: 1 });
  const store = new FailOpenCacheStore(remote, { failures: 2, now: () => 0 });
  try {
    const abort = new AbortController();
    const hanging = store.get("k", { signal: abort.signal });
    await server.arrived(1);
    for (let i = 0; i < 5; ++i) assert.equal(await store.get("k"), undefined);
    assert.equal(await store.set("k", "v"), false);
    assert.deepEqual({ ...store.counts }, { misses: 5, lostWrites: 1 });
    abort.abort();
    await assert.rejects(hanging, { name: "AbortError" });
    await server.wereCancelled(1);
    // It is closed: this one arrives.
    assert.equal(await store.get("k", { timeoutSeconds: 0.05 }), undefined);
    assert.equal(server.calls.length, 2);
  } finally {
    server.stop();
    await remote.close();
  }
});

test("An error that the client makes resets no count of failures", async () => {
  const server = await ScriptedServer.start("hang");
  const remote = new RemoteCacheStore({ url: server.url, timeoutSeconds: 0.05 });
  const store = new FailOpenCacheStore(remote, { failures: 2, now: () => 0 });
  try {
    await store.get("k");
    await assert.rejects(store.get(7 as unknown as string), { code: "INVALID_ARGUMENT" });
    await store.get("k");
    await store.get("k");
    assert.equal(server.calls.length, 2, "the breaker is open");
  } finally {
    server.stop();
    await remote.close();
  }
});

test("An error of the service's own resets the count of failures", async () => {
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { failures: 2, now: () => 0 });
  for (let i = 0; i < 3; ++i) {
    failing.code = "UNAVAILABLE";
    await store.get("k");
    failing.code = "PERMISSION_DENIED";
    await assert.rejects(store.get("k"), { code: "PERMISSION_DENIED" });
  }
  assert.equal(failing.reads, 6);
});

/** A cache whose reads end when and as the test says. */
class HeldStore extends MemoryCacheStore {
  readonly held: { answer: () => void; fail: (code: StatusName) => void }[] = [];

  override getWith(): Promise<Entry | undefined> {
    return new Promise((resolve, reject) => {
      const fail = (code: StatusName): void => reject(errorOf(code));
      this.held.push({ answer: () => resolve(undefined), fail });
    });
  }
}

function errorOf(code: StatusName): CacheError {
  return new CacheError(code, "scripted", {
    operation: "get",
    address: "nowhere",
    elapsedSeconds: 0,
  });
}

test("While the one that tries hangs, all others miss at once, however long it takes", async () => {
  let now = 0;
  const held = new HeldStore();
  const store = new FailOpenCacheStore(held, { failures: 1, now: () => now });
  const first = store.get("k");
  held.held[0]?.fail("UNAVAILABLE");
  await first;
  now = 1000;
  const trial = store.get("k");
  for (now of [1000, 2000, 100_000]) assert.equal(await store.get("k"), undefined);
  assert.equal(held.held.length, 2);
  held.held[1]?.answer();
  await trial;
  void store.get("k");
  assert.equal(held.held.length, 3);
});

test("A straggler neither ends the trial nor arms the time again", async () => {
  let now = 0;
  const held = new HeldStore();
  const store = new FailOpenCacheStore(held, { failures: 1, now: () => now });
  const stragglers = [store.get("k"), store.get("k")];
  const opens = store.get("k");
  held.held[2]?.fail("UNAVAILABLE");
  await opens;
  now = 500;
  held.held[0]?.fail("UNAVAILABLE");
  await stragglers[0];
  now = 1000;
  const trial = store.get("k");
  assert.equal(held.held.length, 4, "the time is that of the opening");
  held.held[1]?.answer();
  await stragglers[1];
  await store.get("k");
  assert.equal(held.held.length, 4, "the trial is under way");
  held.held[3]?.fail("UNAVAILABLE");
  await trial;
  now = 1999;
  await store.get("k");
  assert.equal(held.held.length, 4);
});

test("A trial that throws gives its place back", async () => {
  let now = 0;
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { failures: 1, now: () => now });
  await store.get("k");
  now = 1000;
  const broken = new Error("thrown at once");
  const getWith = failing.getWith;
  failing.getWith = () => {
    throw broken;
  };
  await assert.rejects(store.get("k"), broken);
  failing.getWith = getWith;
  failing.code = undefined;
  await store.get("k");
  assert.equal(failing.reads, 2);
});

test("The breaker hears of clear, ping and increment, and never stops them", async () => {
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { failures: 2, now: () => 0 });
  for (let i = 0; i < 3; ++i) await assert.rejects(store.increment("k"), { code: "UNAVAILABLE" });
  await store.get("k");
  assert.equal(failing.reads, 0);
  await store.ping();
  await store.clear();
});

test("An item of a batch that ended UNAVAILABLE or too late is a counted miss", async () => {
  const memory = new MemoryCacheStore();
  const error = (code: StatusName) => ({ ok: false as const, error: errorOf(code) });
  const codes = ["UNAVAILABLE", "DEADLINE_EXCEEDED", "PERMISSION_DENIED"] as const;
  memory.batchGet = async () => codes.map(error);
  const store = new FailOpenCacheStore(memory);
  const items = await store.batchGet(["a", "b", "c"]);
  assert.deepEqual(
    items.map((item) => item.ok),
    [true, true, false],
  );
  assert.equal(store.counts.misses, 2);
});

test("Once closed it says so, also where the breaker is open", async () => {
  const failing = new FailingStore();
  const store = new FailOpenCacheStore(failing, { now: () => 0 });
  for (let i = 0; i < 5; ++i) await store.get("k");
  failing.code = undefined;
  await store.close();
  const closed = { code: "FAILED_PRECONDITION", message: /store is closed/ };
  await assert.rejects(store.get("k"), closed);
  await assert.rejects(
    store.getOrCompute("k", 60, () => assert.fail("not computed")),
    closed,
  );
});
