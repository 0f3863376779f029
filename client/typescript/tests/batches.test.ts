// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { RemoteCacheStore } from "@cachestore/client";

import { CacheServer } from "./cache_server.js";

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

test("An entry that a later part refuses is the error of the batch, which says what is done", async (t) => {
  const server = await CacheServer.start(["--max_batch_bytes=10000", "--max_value_bytes=5000"]);
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url, maxBatchBytes: 10_000 });
  t.after(() => store.close());
  const sizes = [4000, 4000, 6000];
  const entries = sizes.map((bytes, i) => ({ key: `k${i}`, value: Buffer.alloc(bytes) }));
  await assert.rejects(store.batchSet(entries), {
    code: "INVALID_ARGUMENT",
    message: /begins with entries\[2\].*entries\[0\]\.value: is 6000 bytes/,
  });
  assert.equal(await store.exists("k0"), true);
});
