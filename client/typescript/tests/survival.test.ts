// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { RemoteCacheStore, type CacheStore } from "@cachestore/client";

import { CacheServer } from "./cache_server.js";
import { startSilentServer } from "./scripted_server.js";

/** Far beyond what any of these calls takes, and far below forever. */
const BOUND_SECONDS = 10;

test("A client goes on when its server was restarted between two calls", async (t) => {
  const first = await CacheServer.start();
  t.after(() => first.kill());
  const store = new RemoteCacheStore({ url: first.url });
  t.after(() => store.close());
  await store.set("k", "one");
  await first.kill();
  const second = await CacheServer.start([], first.address);
  t.after(() => second.kill());
  await untilServed(store);
  assert.equal(await store.get("k"), undefined);
  assert.equal(await store.set("k", "two"), true);
});

test("A server that was stopped is UNAVAILABLE in time, and the error says what to do", async (t) => {
  const server = await CacheServer.start();
  const store = new RemoteCacheStore({ url: server.url });
  t.after(() => store.close());
  await store.set("k", "one");
  await server.kill();
  for (const call of [() => store.get("k"), () => store.delete("k"), () => store.increment("n")]) {
    await assert.rejects(inBounds<unknown>(call), { name: "CacheError", code: "UNAVAILABLE" });
  }
  await assert.rejects(store.get("k"), (error: Error) => {
    assert.match(error.message, /^get at 127.0.0.1:\d+: UNAVAILABLE: connection refused at 127/);
    assert.match(error.message, /is cache_server running\? try cachectl ping/);
    return true;
  });
});

test("A server that is stopped in the middle of calls ends them UNAVAILABLE", async (t) => {
  const server = await CacheServer.start();
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url });
  t.after(() => store.close());
  await store.ping();
  await server.freeze();
  const ended = assert.rejects(
    inBounds(() => store.delete("k")),
    { code: "UNAVAILABLE" },
  );
  await server.kill();
  await ended;
});

test("A server that hangs ends calls DEADLINE_EXCEEDED", async (t) => {
  const server = await CacheServer.start();
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url, timeoutSeconds: 0.2 });
  t.after(() => store.close());
  await store.ping();
  await server.freeze();
  await assert.rejects(
    inBounds(() => store.get("k")),
    { code: "DEADLINE_EXCEEDED", grpcCode: 4 },
  );
});

test("A server that accepts and never answers ends calls by the default deadline", async (t) => {
  const server = await startSilentServer();
  t.after(server.stop);
  const store = new RemoteCacheStore({ url: server.url });
  const error = await inBounds(() => store.get("k")).catch((thrown: unknown) => thrown);
  assert.equal((error as { code: string }).code, "DEADLINE_EXCEEDED", String(error));
  await inBounds(() => store.close());
});

test("1,000 calls at a time are all answered", async (t) => {
  const server = await CacheServer.start();
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url });
  t.after(() => store.close());
  const keys = Array.from({ length: 1000 }, (_, i) => `k${i}`);
  await Promise.all(keys.map((key) => store.set(key, `value of ${key}`)));
  const values = await Promise.all(keys.map((key) => store.get(key)));
  assert.deepEqual(
    values.map(String),
    keys.map((key) => `value of ${key}`),
  );
});

async function untilServed(store: CacheStore): Promise<void> {
  const until = performance.now() + BOUND_SECONDS * 1000;
  for (;;) {
    try {
      return await store.ping();
    } catch (error) {
      if (performance.now() > until) throw error;
      await setImmediate();
    }
  }
}

async function inBounds<T>(call: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await call();
  } finally {
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < BOUND_SECONDS, `the call took ${seconds} s`);
  }
}
