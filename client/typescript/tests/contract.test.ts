// SPDX-License-Identifier: Apache-2.0
import { after, before, describe, test } from "node:test";

import {
  MemoryCacheStore,
  NoneCacheStore,
  RemoteCacheStore,
  type CacheStore,
  type Limits,
  type MemoryOptions,
} from "@cachestore/client";

import { CacheServer } from "./cache_server.js";
import { readContracts } from "./contract_case.js";
import { play } from "./contract_player.js";

const contracts = readContracts();
const ofBackend = (backend: string): typeof contracts =>
  contracts.filter(({ settings = {} }) => (settings["backend"] ?? "memory") === backend);
const inProcess = [...ofBackend("memory"), ...ofBackend("none")];
const count = (some: typeof contracts): number =>
  some.reduce((sum, contract) => sum + contract.cases.length, 0);

for (const contract of contracts) {
  describe(`service: ${contract.title}`, () => {
    let server: CacheServer;
    before(async () => {
      const settings = Object.entries(contract.settings ?? {});
      server = await CacheServer.start(settings.map(([name, value]) => `--${name}=${value}`));
    });
    after(() => server.kill());
    for (const { name, steps } of contract.cases) {
      test(`service: ${contract.title}: ${name}`, async () => {
        const store = new RemoteCacheStore({ url: server.url });
        try {
          if (!isBroken(contract.settings)) await store.clear();
          await play(store, steps);
        } finally {
          await store.close();
        }
      });
    }
  });
}

for (const contract of inProcess) {
  for (const { name, steps } of contract.cases) {
    test(`in process: ${contract.title}: ${name}`, () =>
      play(localStore(contract.settings), steps));
  }
}

after(() => {
  console.error(
    `contract: ${count(contracts)} cases over the service, ${count(inProcess)} in this process`,
  );
});

function localStore(settings: Record<string, string> = {}): CacheStore {
  const options = memoryOptions(settings);
  return settings["backend"] === "none"
    ? new NoneCacheStore(options.limits)
    : new MemoryCacheStore(options);
}

// A backend that cannot be reached cannot be cleared, and holds nothing.
function isBroken(settings: Record<string, string> = {}): boolean {
  return settings["backend"] === "redis";
}

function memoryOptions(settings: Record<string, string> = {}): MemoryOptions {
  const limits: Partial<Limits> = {};
  const options: MemoryOptions = { limits };
  const setters: Record<string, (value: number) => void> = {
    max_entries: (value) => (options.maxEntries = value),
    max_bytes: (value) => (options.maxBytes = value),
    max_key_bytes: (value) => (limits.maxKeyBytes = value),
    max_value_bytes: (value) => (limits.maxValueBytes = value),
    default_ttl: (value) => (limits.defaultTtlSeconds = value),
    max_ttl: (value) => (limits.maxTtlSeconds = value),
    max_batch_keys: (value) => (limits.maxBatchKeys = value),
  };
  for (const [name, value] of Object.entries(settings)) {
    const set = setters[name];
    if (name === "backend") continue;
    if (set === undefined || !/^\d+$/.test(value)) throw new Error(`no setting: ${name}=${value}`);
    set(Number(value));
  }
  return options;
}
