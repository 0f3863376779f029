// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

import { CacheError, type BatchItem, type CacheStore, type SetEntry } from "@cachestore/client";

import { bytesOf, type Expectation, type Step } from "./contract_case.js";

/** What a step came to; each field as far as the call has it. */
interface Outcome {
  value?: Buffer | undefined;
  isRead?: boolean;
  stored?: boolean;
  deleted?: boolean;
  exists?: boolean;
  count?: bigint;
  etag?: Buffer | undefined;
  ttlSeconds?: number | undefined;
  error?: CacheError;
  results?: Outcome[];
}

const EVENTUALLY_MILLIS = 10_000;

/** Makes the steps of a case, one after the other; rejects at the first that ends otherwise. */
export async function play(store: CacheStore, steps: readonly Step[]): Promise<void> {
  for (const [i, step] of steps.entries()) {
    const until = performance.now() + EVENTUALLY_MILLIS;
    for (;;) {
      const outcome = await outcomeOf(store, step);
      try {
        check(`step ${i + 1}, ${step.call}`, step, outcome);
        break;
      } catch (error) {
        if (step.eventually !== true || performance.now() > until) throw error;
        await setImmediate();
      }
    }
  }
}

async function outcomeOf(store: CacheStore, step: Step): Promise<Outcome> {
  try {
    return await make(store, step);
  } catch (error) {
    if (error instanceof CacheError) return { error };
    throw error;
  }
}

async function make(store: CacheStore, step: Step): Promise<Outcome> {
  const key = bytesOf(step.key ?? "");
  const read = {
    touchSeconds: step.touch_seconds,
    wantEtag: step.want_etag,
    wantTtl: step.want_ttl,
  };
  const keys = Array.from({ length: step.times ?? 1 }, () => step.keys ?? [])
    .flat()
    .map(bytesOf);
  switch (step.call) {
    case "get":
      return { isRead: true, ...(await store.getWith(key, read)) };
    case "set": {
      const entry = entryOf(step);
      return { stored: await store.set(entry.key, entry.value, entry) };
    }
    case "delete":
      return { deleted: await store.delete(key, { ifEtag: etagOf(step) }) };
    case "exists":
      return await store.existsWith(key, read);
    case "clear":
      await store.clear();
      return {};
    case "ping":
      await store.ping();
      return {};
    case "close":
      await store.close();
      return {};
    case "increment": {
      const options = { ttlSeconds: step.ttl_seconds };
      const { value, ttlSeconds } = await store.increment(key, BigInt(step.delta ?? "0"), options);
      return { count: value, ttlSeconds };
    }
    case "batch_get":
      return results(await store.batchGet(keys), (value) => ({ isRead: true, value }));
    case "batch_set":
      return results(await store.batchSet((step.entries ?? []).map(entryOf)), (stored) => ({
        stored,
      }));
    case "batch_delete":
      return results(await store.batchDelete(keys), (deleted) => ({ deleted }));
    case "batch_exists":
      return results(await store.batchExists(keys), (exists) => ({ exists }));
    default:
      throw new Error(`this runner does not know the call ${step.call}`);
  }
}

function results<T>(items: BatchItem<T>[], outcome: (value: T) => Outcome): Outcome {
  return {
    results: items.map((item) => (item.ok ? outcome(item.value) : { error: item.error })),
  };
}

function entryOf(step: Step): SetEntry {
  return {
    key: bytesOf(step.key ?? ""),
    value: bytesOf(step.value ?? ""),
    ttlSeconds: step.ttl_seconds,
    ifAbsent: step.if_absent,
    ifPresent: step.if_present,
    ifEtag: etagOf(step),
    keepTtl: step.keep_ttl,
  };
}

function etagOf(step: Step): Buffer | undefined {
  return step.if_etag === undefined ? undefined : bytesOf(step.if_etag);
}

function check(where: string, step: Step, outcome: Outcome): void {
  const expected = step.expect ?? {};
  checkOutcome(where, expected, outcome);
  if (expected.results !== undefined) {
    assert.equal(outcome.results?.length, expected.results.length, `${where}: its results`);
    expected.results.forEach((result, i) =>
      checkOutcome(`${where}, result ${i}`, result, outcome.results?.[i] ?? {}),
    );
  } else if (step.expect === undefined) {
    const entries = step.entries ?? [];
    if (!isConditional(step)) assert.notEqual(outcome.stored, false, `${where}: is stored`);
    outcome.results?.forEach((result, i) => {
      assert.equal(result.error, undefined, `${where}, result ${i}`);
      const entry = entries[i];
      if (entry !== undefined && !isConditional(entry)) {
        assert.equal(result.stored, true, `${where}, result ${i}: is stored`);
      }
    });
  }
}

function isConditional(step: Step): boolean {
  return (
    step.if_absent !== undefined || step.if_present !== undefined || step.if_etag !== undefined
  );
}

function checkOutcome(where: string, expected: Expectation, outcome: Outcome): void {
  assert.equal(outcome.error?.code, expected.error, `${where}: ${outcome.error?.message}`);
  for (const text of expected.mentions ?? []) {
    const message = outcome.error?.message ?? "";
    assert.ok(message.includes(text), `${where}: "${message}" does not mention ${text}`);
  }
  if (expected.value !== undefined) {
    const value = bytesOf(expected.value);
    assert.ok(outcome.value?.equals(value), `${where}: the value is ${shown(outcome.value)}`);
  }
  if (expected.miss === true) {
    assert.equal(outcome.isRead, true, `${where}: is no read`);
    assert.equal(outcome.value, undefined, `${where}: is no miss`);
  }
  for (const name of ["stored", "deleted", "exists"] as const) {
    if (expected[name] !== undefined) assert.equal(outcome[name], expected[name], where);
  }
  if (expected.count !== undefined) assert.equal(outcome.count, BigInt(expected.count), where);
  if (expected.etag !== undefined) {
    assert.ok(outcome.etag?.equals(bytesOf(expected.etag)), `${where}: ${shown(outcome.etag)}`);
  }
  if (expected.ttl_seconds !== undefined) {
    const { from, to } = expected.ttl_seconds;
    const ttl = outcome.ttlSeconds;
    assert.ok(ttl !== undefined && ttl >= from && ttl <= to, `${where}: the TTL is ${ttl}`);
  }
}

function shown(bytes: Buffer | undefined): string {
  if (bytes === undefined) return "not there";
  return `${bytes.length} bytes that begin with ${bytes.subarray(0, 20).toString("hex")}`;
}
