// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { createCacheStore, RemoteCacheStore } from "@cachestore/client";

import { BatchSetResponse } from "../dist/generated/protos/batch.js";
import { CacheServer } from "./cache_server.js";
import { ScriptedServer } from "./scripted_server.js";

test("A batch larger than a message is sent in parts, and read with single gets", async (t) => {
  const server = await CacheServer.start(["--max_batch_bytes=10000"]);
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url, maxBatchBytes: 10_000 });
  t.after(() => store.close());
  const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
  const value = (key: string): Buffer => Buffer.alloc(3000, key);
  const stored = await store.batchSet(keys.map((key) => ({ key, value: value(key) })));
  assert.deepEqual(stored, Array(10).fill({ ok: true, value: true }));
  const read = await store.batchGet(keys);
  assert.deepEqual(
    read,
    keys.map((key) => ({ ok: true, value: value(key) })),
  );
});

test("An entry that a later part refuses ends the batch, which says what is done", async (t) => {
  const server = await CacheServer.start(["--max_batch_bytes=10000", "--max_value_bytes=5000"]);
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url, maxBatchBytes: 10_000 });
  t.after(() => store.close());
  const sizes = [4000, 4000, 6000];
  const entries = sizes.map((bytes, i) => ({ key: `k${i}`, value: Buffer.alloc(bytes) }));
  await assert.rejects(store.batchSet(entries), {
    code: "INVALID_ARGUMENT",
    message: /entries\[2\]\.value: is 6000 bytes.*the first 2 were sent and are done/,
  });
  assert.equal(await store.exists("k0"), true);
});

test("An entry that no batch has room for is stored by a set of its own", async (t) => {
  const server = await CacheServer.start(["--max_batch_bytes=10000", "--max_value_bytes=20000"]);
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url, maxBatchBytes: 10_000 });
  t.after(() => store.close());
  const entry = (key: string, bytes: number) => ({ key, value: Buffer.alloc(bytes, key) });
  const entries = [entry("a", 4000), entry("b", 20_000), entry("c", 4000)];
  assert.deepEqual(await store.batchSet(entries), Array(3).fill({ ok: true, value: true }));
  const read = await store.batchGet(["a", "b", "c"]);
  assert.deepEqual(
    read,
    entries.map(({ value }) => ({ ok: true, value })),
  );
  await assert.rejects(store.batchSet([entry("a", 1), entry("b", 20_001)]), {
    code: "INVALID_ARGUMENT",
    message: /entries\[1\]\.value: is 20001 bytes.*the first 1 were sent and are done/,
  });
});

test("How many keys a batch may have, the service says", async (t) => {
  const server = await CacheServer.start(["--max_batch_keys=1001"]);
  t.after(() => server.kill());
  const store = createCacheStore({ backend: "remote", storageUrl: server.url, maxBatchKeys: 1 });
  t.after(() => store.close());
  const keys = Array.from({ length: 1001 }, (_, i) => `k${i}`);
  assert.equal((await store.batchExists(keys)).length, 1001);
  await assert.rejects(store.batchExists([...keys, "k"]), {
    code: "INVALID_ARGUMENT",
    message: /keys: has 1002 of them; the limit is 1001/,
  });
  await assert.rejects(store.batchGet([]), { code: "INVALID_ARGUMENT", message: /keys: is empty/ });
});

test("An answer of another number of results is INTERNAL, for the whole batch", async (t) => {
  const server = await ScriptedServer.start("ok");
  t.after(() => server.stop());
  const store = new RemoteCacheStore({ url: server.url });
  await assert.rejects(store.batchGet(["k"]), {
    code: "INTERNAL",
    message: /0 results for 1 keys/,
  });
});

test("An item that fails tells of its own key, and of where and when", async (t) => {
  const failed = { results: [{ stored: false, error: { code: 13, message: "the disk is full" } }] };
  const answer = Buffer.from(BatchSetResponse.encode(failed).finish());
  const server = await ScriptedServer.start(answer);
  t.after(() => server.stop());
  const store = new RemoteCacheStore({ url: server.url });
  const [item] = await store.batchSet([{ key: "key", value: "v" }]);
  assert.ok(item?.ok === false);
  assert.equal(item.error.code, "INTERNAL");
  assert.equal(item.error.reason, "the disk is full");
  assert.equal(item.error.keyBytes, 3);
  assert.equal(item.error.keyHash, createHash("sha256").update("key").digest("hex").slice(0, 8));
  assert.equal(`grpc://${item.error.address}`, server.url);
  assert.ok(item.error.elapsedSeconds > 0);
});
