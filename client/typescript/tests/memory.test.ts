// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryCacheStore, NoneCacheStore } from "@cachestore/client";

test("An entry lives until its TTL has passed, and no longer", async () => {
  let now = 0;
  const store = new MemoryCacheStore({ now: () => now });
  await store.set("k", "v", { ttlSeconds: 1.5 });
  now = 1499;
  assert.deepEqual(await store.getWith("k", { wantTtl: true }), {
    value: Buffer.from("v"),
    etag: undefined,
    ttlSeconds: 0.001,
  });
  now = 1500;
  assert.equal(await store.get("k"), undefined);
});

test("What the caller does to its bytes changes no entry", async () => {
  const store = new MemoryCacheStore();
  const given = Buffer.from("value");
  await store.set("k", given);
  given.fill("x");
  const read = await store.get("k");
  read?.fill("y");
  assert.equal(String(await store.get("k")), "value");
});

test("Evictions are those of a simple model, whatever is stored, touched and deleted", async () => {
  // Park and Miller's generator, with a seed of its own, so that each run is the same.
  let seed = 20240611;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const store = new MemoryCacheStore({ maxEntries: 20, now: () => 0 });
  let model: { key: string; ttl: number }[] = [];
  for (let step = 0; step < 5000; ++step) {
    const key = `k${random(40)}`;
    const ttl = 1 + random(50);
    const isThere = model.some((entry) => entry.key === key);
    const others = model.filter((entry) => entry.key !== key);
    switch (random(4)) {
      case 0:
        assert.equal(await store.delete(key), isThere);
        model = others;
        break;
      case 1:
        assert.equal(await store.exists(key, { touchSeconds: ttl }), isThere);
        if (isThere) model = [...others, { key, ttl }];
        break;
      default:
        await store.set(key, "v", { ttlSeconds: ttl });
        // Sorting is stable: of those that expire together, what was set first comes first.
        others.sort((one, other) => one.ttl - other.ttl);
        model = [...others.slice(Math.max(0, others.length - 19)), { key, ttl }];
    }
    for (const entry of model) assert.ok(await store.exists(entry.key), `step ${step}`);
  }
});

test("Limits that make no sense together are refused", () => {
  assert.throws(
    () => new MemoryCacheStore({ limits: { maxTtlSeconds: 60 } }),
    /default_ttl: is 5m; give more than zero, and at most max_ttl, 1m/,
  );
});

test("A memory cache refuses with the words of the service", async () => {
  const store = new MemoryCacheStore();
  await assert.rejects(store.set("k", "v", { ttlSeconds: 31536001 }), {
    message: /ttl: is 8760h1s; the limit is 8760h \(max_ttl\): give less/,
  });
  await assert.rejects(store.set("k", "v", { ttlSeconds: 0 }), {
    message: /ttl: is 0; give more than zero, or leave it out for the default of 5m/,
  });
  await assert.rejects(store.set("k", "v", { ifAbsent: false as unknown as true }), {
    message: /if_absent: is false; give true, or leave the condition out/,
  });
});

for (const store of [new MemoryCacheStore(), new NoneCacheStore()]) {
  test(`A timeout of nothing is refused by a ${store.constructor.name}, too`, async () => {
    for (const timeoutSeconds of [0, -1, NaN, Infinity]) {
      const refused = { code: "INVALID_ARGUMENT", message: /timeoutSeconds/ };
      await assert.rejects(store.get("k", { timeoutSeconds }), refused);
      await assert.rejects(store.batchDelete(["k"], { timeoutSeconds }), refused);
    }
  });
}

test("A cache that is off accepts, misses, and counts nothing", async () => {
  const store = new NoneCacheStore();
  assert.equal(await store.set("k", "v"), true);
  assert.equal(await store.set("k", "v", { ifPresent: true }), false);
  assert.equal(await store.get("k"), undefined);
  assert.equal(await store.exists("k"), false);
  await assert.rejects(store.get(""), { code: "INVALID_ARGUMENT" });
  await assert.rejects(store.increment("n"), { code: "UNIMPLEMENTED" });
  await assert.rejects(store.increment("n", 0.5), { code: "INVALID_ARGUMENT", message: /delta/ });
  await store.close();
  await assert.rejects(store.get("k"), { code: "FAILED_PRECONDITION" });
});
