// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test, type TestContext } from "node:test";

import { Client } from "@grpc/grpc-js";

import { CacheError, RemoteCacheStore, type CacheStore } from "@cachestore/client";

import { CacheServer } from "./cache_server.js";
import { ScriptedServer } from "./scripted_server.js";

const etag = createHash("sha1").update("value").digest();

async function scripted(
  t: TestContext,
  answers: Parameters<typeof ScriptedServer.start>,
  options: ConstructorParameters<typeof RemoteCacheStore>[0] = {},
): Promise<{ server: ScriptedServer; store: RemoteCacheStore }> {
  const server = await ScriptedServer.start(...answers);
  const store = new RemoteCacheStore({ url: server.url, ...options });
  t.after(() => server.stop());
  return { server, store };
}

const repeated: Record<string, (store: CacheStore) => Promise<unknown>> = {
  "a get": (store) => store.get("k"),
  "an exists": (store) => store.exists("k"),
  "a set": (store) => store.set("k", "v"),
  "a large set": (store) => store.set("k", Buffer.alloc(1024 * 1024)),
  "a clear": (store) => store.clear(),
  "a ping": (store) => store.ping(),
};

for (const [name, call] of Object.entries(repeated)) {
  test(`What ends UNAVAILABLE is made again: ${name}`, async (t) => {
    const { server, store } = await scripted(t, ["UNAVAILABLE", "UNAVAILABLE", "ok"]);
    await call(store);
    assert.equal(server.calls.length, 3);
  });
}

const once: Record<string, (store: CacheStore) => Promise<unknown>> = {
  "a get that touches": (store) => store.get("k", { touchSeconds: 5 }),
  "an exists that touches": (store) => store.exists("k", { touchSeconds: 5 }),
  "a set if absent": (store) => store.set("k", "v", { ifAbsent: true }),
  "a set if present": (store) => store.set("k", "v", { ifPresent: true }),
  "a set if of an etag": (store) => store.set("k", "v", { ifEtag: etag }),
  "a set that keeps the TTL": (store) => store.set("k", "v", { keepTtl: true }),
  "a delete": (store) => store.delete("k"),
  "an increment": (store) => store.increment("k"),
  "a batchDelete": (store) => store.batchDelete(["k"]),
  "a batchSet with one condition": (store) =>
    store.batchSet([
      { key: "k", value: "v" },
      { key: "l", value: "v", ifAbsent: true },
    ]),
};

for (const [name, call] of Object.entries(once)) {
  test(`What must not happen twice is made once: ${name}`, async (t) => {
    const { server, store } = await scripted(t, ["UNAVAILABLE", "ok"]);
    await assert.rejects(call(store), { code: "UNAVAILABLE" });
    assert.equal(server.calls.length, 1);
  });
}

test("A call is made four times at most", async (t) => {
  const { server, store } = await scripted(t, ["UNAVAILABLE"]);
  await assert.rejects(store.get("k"), { code: "UNAVAILABLE" });
  assert.equal(server.calls.length, 4);
});

test("A call beyond maxCallsInFlight is RESOURCE_EXHAUSTED at once", async (t) => {
  const { server, store } = await scripted(t, ["hang"], { maxCallsInFlight: 2 });
  const abort = new AbortController();
  const calls = ["a", "b"].map((key) => store.get(key, { signal: abort.signal }));
  await server.arrived(2);
  await assert.rejects(store.get("c"), { code: "RESOURCE_EXHAUSTED" });
  abort.abort();
  for (const call of calls) await assert.rejects(call, { name: "AbortError" });
  assert.equal(server.calls.length, 2);
});

test("What has ended makes room for other calls", async (t) => {
  const { store } = await scripted(t, ["ok"], { maxCallsInFlight: 1 });
  await store.ping();
  await store.ping();
});

test("Aborting rejects with an AbortError, and cancels the call at the service", async (t) => {
  const { server, store } = await scripted(t, ["hang"]);
  const abort = new AbortController();
  const call = store.get("k", { signal: abort.signal });
  await server.arrived(1);
  abort.abort(new Error("the user left"));
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, "AbortError");
    assert.equal((error as { code?: string }).code, "ABORT_ERR");
    assert.match(String(error.cause), /the user left/);
    return true;
  });
  await server.wereCancelled(1);
  await store.close();
});

test("A signal that was aborted before sends nothing", async (t) => {
  const { server, store } = await scripted(t, ["ok"]);
  await assert.rejects(store.get("k", { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(server.calls, []);
});

test("A call may have a deadline of its own", async (t) => {
  const { store } = await scripted(t, ["hang"], { timeoutSeconds: 3600 });
  await assert.rejects(store.get("k", { timeoutSeconds: 0.05 }), { code: "DEADLINE_EXCEEDED" });
});

for (const timeoutSeconds of [0, -1, NaN, Infinity]) {
  test(`A timeout of ${timeoutSeconds} is refused, and nothing is sent`, async (t) => {
    const { server, store } = await scripted(t, ["ok"]);
    const refused = { code: "INVALID_ARGUMENT", message: /timeoutSeconds: is/ };
    await assert.rejects(store.get("k", { timeoutSeconds }), refused);
    await assert.rejects(store.batchGet(["k"], { timeoutSeconds }), refused);
    assert.throws(() => new RemoteCacheStore({ timeoutSeconds }), refused);
    assert.deepEqual(server.calls, []);
  });
}

// Where gRPC throws, the call never ends.
const bounded = { timeout: 10_000 };
test("A timeout longer than gRPC has a form for is as good as a year", bounded, async (t) => {
  const { store } = await scripted(t, ["ok"]);
  // 1e12 is what gRPC throws at where nobody can catch it.
  for (const timeoutSeconds of [1e12, Number.MAX_VALUE]) await store.ping({ timeoutSeconds });
});

test("A call that gRPC does not take is INTERNAL, and in flight no more", async (t) => {
  const { server, store } = await scripted(t, ["ok"], { maxCallsInFlight: 1 });
  const refusal = t.mock.method(Client.prototype, "makeUnaryRequest", () => {
    throw new Error("the channel is broken");
  });
  await assert.rejects(store.ping(), { code: "INTERNAL", message: /the channel is broken/ });
  refusal.mock.restore();
  await store.ping();
  assert.deepEqual(server.calls, ["Ping"]);
  await store.close();
});

test("An answer that nobody can make sense of is INTERNAL", async (t) => {
  const { store } = await scripted(t, [Buffer.of(0xff)]);
  await assert.rejects(store.get("k"), { code: "INTERNAL" });
  await assert.rejects(store.batchGet(["k"]), { code: "INTERNAL", operation: "batchGet" });
});

test("CANCELLED that the caller did not ask for is UNAVAILABLE", async (t) => {
  const { store } = await scripted(t, ["CANCELLED"]);
  await assert.rejects(store.get("k"), { code: "UNAVAILABLE", message: /shuts down.*try again/ });
});

test("An error tells code, address, time and the service's words, and no key or value", async (t) => {
  const { server, store } = await scripted(t, ["PERMISSION_DENIED"]);
  const error = await store.set("a secret", "another").catch((thrown: unknown) => thrown);
  assert.ok(error instanceof CacheError);
  const hash = createHash("sha256").update("a secret").digest("hex").slice(0, 8);
  assert.equal(error.code, "PERMISSION_DENIED");
  assert.equal(error.grpcCode, 7);
  assert.equal(error.operation, "set");
  assert.equal(`grpc://${error.address}`, server.url);
  assert.equal(error.keyBytes, 8);
  assert.equal(error.keyHash, hash);
  assert.ok(error.elapsedSeconds > 0);
  assert.equal(error.reason, "scripted PERMISSION_DENIED");
  assert.equal(error.remedy, "ask the operator for a role that does");
  assert.match(
    error.message,
    new RegExp(`scripted PERMISSION_DENIED: ask .*8 bytes.*${hash}.* ms`),
  );
  assert.doesNotMatch(JSON.stringify(error) + error.message + error.stack, /a secret|another/);
});

test("close waits for the calls in flight, and never closes the service", async (t) => {
  const server = await CacheServer.start();
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: server.url });
  const call = store.set("k", "v");
  await store.close();
  assert.equal(await call, true);
  await assert.rejects(store.get("k"), { code: "FAILED_PRECONDITION", message: /store is closed/ });
  const other = new RemoteCacheStore({ url: server.url });
  assert.equal(String(await other.get("k")), "v");
  await other.close();
});

test("A key that has no UTF-8 is refused rather than changed", async (t) => {
  const { server, store } = await scripted(t, ["ok"]);
  await assert.rejects(store.get("\ud800"), {
    code: "INVALID_ARGUMENT",
    message: /surrogate/,
    remedy: "the message names the field and the limit",
  });
  assert.deepEqual(server.calls, []);
});

test("What is no key, as JavaScript lets pass, is refused", async (t) => {
  const { store } = await scripted(t, ["ok"]);
  await assert.rejects(store.get(5 as unknown as string), { code: "INVALID_ARGUMENT" });
  await assert.rejects(store.get(null as unknown as string), { code: "INVALID_ARGUMENT" });
});

test("Two conditions are refused, rather than one of them dropped", async (t) => {
  const { store } = await scripted(t, ["ok"]);
  const both = { ifAbsent: true, ifPresent: true } as const;
  await assert.rejects(store.set("k", "v", both), {
    code: "INVALID_ARGUMENT",
    message: /ifAbsent and ifPresent/,
  });
});

test("await using closes a store, where JavaScript has it", async (t) => {
  const { store } = await scripted(t, ["ok"]);
  await store[Symbol.asyncDispose]?.();
  if (Symbol.asyncDispose === undefined) await store.close();
  await assert.rejects(store.ping(), { code: "FAILED_PRECONDITION" });
});
