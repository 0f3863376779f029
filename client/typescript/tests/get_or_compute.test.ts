// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CacheError,
  FailOpenCacheStore,
  MemoryCacheStore,
  RemoteCacheStore,
} from "@cachestore/client";

import type { StatusName } from "@cachestore/client";

import { ComputeFlights } from "../dist/compute_flights.js";
import { ScriptedServer } from "./scripted_server.js";

/** A promise that the test settles. */
function pending<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (e: Error) => void;
} {
  let settle: { resolve: (value: T) => void; reject: (e: Error) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...(settle as NonNullable<typeof settle>) };
}

test("A miss is computed and stored, and a hit computes nothing", async () => {
  const store = new MemoryCacheStore();
  let computed = 0;
  const compute = () => `value ${++computed}`;
  assert.equal(String(await store.getOrCompute("k", 60, compute)), "value 1");
  assert.equal(String(await store.getOrCompute("k", 60, compute)), "value 1");
  assert.equal(computed, 1);
});

test("A stored empty value is a hit", async () => {
  const store = new MemoryCacheStore();
  await store.set("k", "");
  const value = await store.getOrCompute("k", 60, () => assert.fail("it is there"));
  assert.equal(value.length, 0);
});

test("Calls that overlap share one computation, and each gets bytes of its own", async () => {
  const store = new MemoryCacheStore();
  const slow = pending<string>();
  let computed = 0;
  const compute = () => (++computed, slow.promise);
  const calls = [1, 2, 3].map(() => store.getOrCompute("k", 60, compute));
  slow.resolve("v");
  const values = await Promise.all(calls);
  assert.deepEqual(values.map(String), ["v", "v", "v"]);
  assert.equal(computed, 1);
  values[0]?.fill("x");
  assert.equal(String(values[1]), "v");
});

test("Views of one prefix share what is computed", async () => {
  const store = new MemoryCacheStore();
  let computed = 0;
  const compute = () => `value ${++computed}`;
  const calls = [1, 2].map(() => store.withPrefix("p:").getOrCompute("k", 60, compute));
  await Promise.all([...calls, store.getOrCompute("p:k", 60, compute)]);
  assert.equal(computed, 1);
});

test("Joiners get the error of the computation, and the next call computes anew", async () => {
  const store = new MemoryCacheStore();
  const broken = new Error("the database is away");
  const slow = pending<string>();
  const calls = [1, 2].map(() => store.getOrCompute("k", 60, () => slow.promise));
  slow.reject(broken);
  for (const call of calls) await assert.rejects(call, broken);
  assert.equal(String(await store.getOrCompute("k", 60, () => "v")), "v");
});

test("The first caller's abort fails nobody else", async () => {
  const store = new MemoryCacheStore();
  const slow = pending<string>();
  const abort = new AbortController();
  const first = store.getOrCompute("k", 60, () => slow.promise, { signal: abort.signal });
  const second = store.getOrCompute("k", 60, () => assert.fail("it is being computed"));
  abort.abort();
  await assert.rejects(first, { name: "AbortError" });
  slow.resolve("v");
  assert.equal(String(await second), "v");
  assert.equal(String(await store.get("k")), "v");
});

test("A computation that fails after everybody has left harms nobody", async () => {
  const store = new MemoryCacheStore();
  const slow = pending<string>();
  const abort = new AbortController();
  const call = store.getOrCompute("k", 60, () => slow.promise, { signal: abort.signal });
  abort.abort();
  await assert.rejects(call, { name: "AbortError" });
  slow.reject(new Error("nobody waits for this"));
  // An unhandled rejection would end the process.
  assert.equal(await store.get("k"), undefined);
});

test("A cache that is away costs a computation, and nothing more", async () => {
  const store = new RemoteCacheStore({ url: "grpc://127.0.0.1:1" });
  assert.equal(String(await store.getOrCompute("k", 60, () => "v")), "v");
  await store.close();
});

test("A value that is too large to be stored is the caller's error", async () => {
  const store = new MemoryCacheStore({ limits: { maxValueBytes: 3 } });
  const call = store.getOrCompute("k", 60, () => "long");
  await assert.rejects(call, { code: "INVALID_ARGUMENT", message: /max_value_bytes/ });
});

test("A TTL over the limit, and a closed store, reject before anything is computed", async () => {
  const store = new MemoryCacheStore();
  const compute = () => assert.fail("nothing is to be computed");
  const refused = { code: "INVALID_ARGUMENT", message: /max_ttl/ };
  await assert.rejects(store.getOrCompute("k", 31536001, compute), refused);
  const remote = new RemoteCacheStore();
  await assert.rejects(remote.getOrCompute("k", 31536001, compute), refused);
  await Promise.all([store.close(), remote.close()]);
  for (const closed of [store, remote, new FailOpenCacheStore(remote)]) {
    const call = closed.getOrCompute("k", 60, compute);
    await assert.rejects(call, { code: "FAILED_PRECONDITION" });
  }
});

for (const failsOpen of [false, true]) {
  test(`A dead cache costs one wait${failsOpen ? ", too, where it fails open" : ""}`, async () => {
    const server = await ScriptedServer.start("hang");
    const remote = new RemoteCacheStore({ url: server.url, timeoutSeconds: 0.1 });
    const store = failsOpen ? new FailOpenCacheStore(remote) : remote;
    try {
      assert.equal(String(await store.getOrCompute("k", 60, () => "v")), "v");
      assert.deepEqual(server.calls, ["Get"]);
    } finally {
      server.stop();
      await remote.close();
    }
  });
}

test("A key or a TTL that is none rejects before anything is computed", async () => {
  const store = new MemoryCacheStore();
  const compute = () => assert.fail("nothing is to be computed");
  for (const call of [store.getOrCompute("", 60, compute), store.getOrCompute("k", 0, compute)]) {
    await assert.rejects(call, { name: "CacheError", code: "INVALID_ARGUMENT" });
  }
});

test("What computes no bytes is told so", async () => {
  const store = new MemoryCacheStore();
  const call = store.getOrCompute("k", 60, () => undefined as unknown as string);
  await assert.rejects(
    call,
    (error) => error instanceof CacheError && /computed value/.test(error.message),
  );
});

/** A store whose reads and Sets fail with these codes, and what was called of it. */
function failing(codes: { get?: StatusName; set?: StatusName }) {
  const calls: string[] = [];
  const end = (operation: "get" | "set"): void => {
    calls.push(operation);
    const code = codes[operation];
    const call = { operation, address: "scripted", elapsedSeconds: 0 };
    if (code !== undefined) throw new CacheError(code, "scripted", call);
  };
  const flights = new ComputeFlights({
    get: async () => (end("get"), undefined),
    set: async () => (end("set"), true),
  });
  return { flights, calls };
}

for (const code of [
  "UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "RESOURCE_EXHAUSTED",
  "INTERNAL",
] as const) {
  test(`A read that ends ${code} is passed over, and nothing is stored`, async () => {
    const { flights, calls } = failing({ get: code });
    assert.equal(String(await flights.getOrCompute("k", 60, () => "v", {})), "v");
    assert.deepEqual(calls, ["get"]);
  });

  test(`A Set that ends ${code} costs nobody the value`, async () => {
    const { flights } = failing({ set: code });
    assert.equal(String(await flights.getOrCompute("k", 60, () => "v", {})), "v");
  });
}

for (const code of [
  "INVALID_ARGUMENT",
  "PERMISSION_DENIED",
  "UNAUTHENTICATED",
  "FAILED_PRECONDITION",
] as const) {
  test(`A read that ends ${code} is the caller's to know, and nothing is computed`, async () => {
    const { flights } = failing({ get: code });
    const compute = () => assert.fail("nothing is to be computed");
    await assert.rejects(flights.getOrCompute("k", 60, compute, {}), { code });
  });

  test(`A Set that ends ${code} is the caller's to know`, async () => {
    const { flights } = failing({ set: code });
    await assert.rejects(
      flights.getOrCompute("k", 60, () => "v", {}),
      { code },
    );
  });
}

for (const [random, ttlSeconds] of [
  [0, 100],
  [0.5, 95],
  [0.999999, 90.00001],
] as const) {
  test(`Jitter shortens a TTL of 100 s to ${ttlSeconds} s at random = ${random}`, async () => {
    const stored: (number | undefined)[] = [];
    const flights = new ComputeFlights(
      {
        get: async () => undefined,
        set: async (_key, _value, options) => (stored.push(options?.ttlSeconds), true),
      },
      () => random,
    );
    await flights.getOrCompute("k", 100, () => "v", {});
    assert.equal(stored.length, 1);
    assert.ok(Math.abs((stored[0] ?? 0) - ttlSeconds) < 1e-6, String(stored[0]));
  });
}
