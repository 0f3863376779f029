// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryCacheStore, ObservedCacheStore, type CacheObserver } from "@cachestore/client";

test("A view puts its prefix before each key", async () => {
  const store = new MemoryCacheStore();
  const view = store.withPrefix("users:");
  await view.set("1", "Ada");
  assert.equal(String(await store.get("users:1")), "Ada");
  assert.equal(String(await view.get("1")), "Ada");
  await view.batchSet([{ key: "2", value: "Bob" }]);
  assert.deepEqual(await store.batchExists(["users:1", "users:2", "2"]), [
    { ok: true, value: true },
    { ok: true, value: true },
    { ok: true, value: false },
  ]);
  assert.equal((await view.increment("n", 2)).value, 2n);
  assert.equal(await view.delete("1"), true);
  assert.equal(await store.exists("users:1"), false);
});

test("Views may be of views, and prefixes of any bytes", async () => {
  const store = new MemoryCacheStore();
  await store.withPrefix(Uint8Array.of(0xff)).withPrefix("b:").set("k", "v");
  assert.equal(await store.exists(Buffer.concat([Buffer.of(0xff), Buffer.from("b:k")])), true);
});

test("An empty key of a view is refused, though the prefix is there", async () => {
  const view = new MemoryCacheStore().withPrefix("p:");
  const refused = { code: "INVALID_ARGUMENT", message: /key: is empty/ };
  await assert.rejects(view.get(""), refused);
  await assert.rejects(view.batchGet(["a", ""]), {
    code: "INVALID_ARGUMENT",
    message: /keys\[1\]: is empty/,
  });
});

test("A view cannot be cleared", async () => {
  const store = new MemoryCacheStore();
  await store.set("k", "v");
  const view = store.withPrefix("p:");
  await assert.rejects(view.clear(), { code: "FAILED_PRECONDITION", message: /cannot be cleared/ });
  assert.equal(await store.exists("k"), true);
});

test("Closing a view closes nothing, and closing the store closes its views", async () => {
  const store = new MemoryCacheStore();
  const view = store.withPrefix("p:");
  await view.close();
  assert.equal(await view.set("k", "v"), true);
  assert.equal(await store.exists("p:k"), true);
  await store.close();
  await assert.rejects(view.get("k"), { code: "FAILED_PRECONDITION", message: /store is closed/ });
});

test("An observer is told of hits, misses, errors and latencies", async () => {
  const told: string[] = [];
  const observer: CacheObserver = {
    hit: (operation) => void told.push(`hit ${operation}`),
    miss: (operation) => void told.push(`miss ${operation}`),
    error: (operation, error) => void told.push(`error ${operation} ${error.name}`),
    latency: (operation, seconds) => void told.push(`latency ${operation} ${seconds >= 0}`),
  };
  const store = new ObservedCacheStore(new MemoryCacheStore(), observer);
  await store.set("k", "");
  await store.get("k");
  await store.get("absent");
  await store.get("").catch(() => {});
  await store.batchGet(["k", "absent"]);
  assert.deepEqual(told, [
    "latency set true",
    "latency get true",
    "hit get",
    "latency get true",
    "miss get",
    "error get CacheError",
    "latency get true",
    "latency batchGet true",
    "hit batchGet",
    "miss batchGet",
  ]);
});

test("An observer that throws breaks no call", async () => {
  const observer: CacheObserver = {
    miss: () => {
      throw new Error("a broken counter");
    },
  };
  const store = new ObservedCacheStore(new MemoryCacheStore(), observer);
  assert.equal(await store.get("k"), undefined);
});
