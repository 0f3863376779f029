// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CacheError,
  createCacheStore,
  FailOpenCacheStore,
  MemoryCacheStore,
  NoneCacheStore,
  ObservedCacheStore,
  RemoteCacheStore,
  settingsFromEnvironment,
} from "@cachestore/client";

import { parseServiceUrl } from "../dist/service_url.js";
import { SETTINGS } from "../dist/spec.js";

test("Caching is off unless a backend is asked for", () => {
  assert.ok(createCacheStore(settingsFromEnvironment({})) instanceof NoneCacheStore);
});

test("The backend is a setting", () => {
  const store = (backend: string) =>
    createCacheStore(settingsFromEnvironment({ APP_CACHE_BACKEND: backend }));
  assert.ok(store("none") instanceof NoneCacheStore);
  assert.ok(store("memory") instanceof MemoryCacheStore);
  assert.ok(store("remote") instanceof RemoteCacheStore);
});

test("Observers and fail-open are put around the backend", async () => {
  const missed: string[] = [];
  const observer = { miss: (operation: string) => void missed.push(operation) };
  assert.ok(createCacheStore({ backend: "memory", observer }) instanceof ObservedCacheStore);
  const storageUrl = "grpc://127.0.0.1:1";
  const store = createCacheStore({ backend: "remote", storageUrl, failOpen: true, observer });
  assert.ok(store instanceof FailOpenCacheStore);
  assert.equal(await store.get("k"), undefined);
  assert.deepEqual(missed, ["get"]);
  await store.close();
});

test("A Redis is refused with what to do instead", () => {
  assert.throws(() => settingsFromEnvironment({ APP_CACHE_BACKEND: "redis" }), {
    code: "INVALID_ARGUMENT",
    reason:
      'APP_CACHE_BACKEND: got "redis"; a Redis is reached through the service: run cache_server ' +
      "--backend=redis, and give remote here, with the URL of that service",
  });
});

const wrong: [name: keyof typeof SETTINGS, text: string, takes: RegExp][] = [
  ["APP_CACHE_BACKEND", "memcached", /takes one of none, memory, remote$/],
  ["APP_CACHE_INSECURE_TOKEN", "yes", /takes true or false$/],
  ["APP_CACHE_MAX_ENTRIES", "0", /takes a number from 1 to 2147483647$/],
  ["APP_CACHE_MAX_ENTRIES", "1e3", /takes a number from 1 to/],
  ["APP_CACHE_MAX_BYTES", "1GB", /takes a number of bytes, or one with KiB, MiB or GiB/],
  ["APP_CACHE_MAX_KEY_BYTES", "65537", /up to 65536$/],
  ["APP_CACHE_MAX_VALUE_BYTES", "-1", /takes a number of bytes/],
  ["APP_CACHE_DEFAULT_TTL_SECONDS", "0", /takes seconds, or a duration such as 500ms/],
  ["APP_CACHE_DEFAULT_TTL_SECONDS", "5 m", /takes seconds, or a duration/],
  ["APP_CACHE_MAX_TTL_SECONDS", "inf", /takes seconds, or a duration/],
  ["APP_CACHE_MAX_BATCH_KEYS", "100001", /takes a number from 1 to 100000$/],
];
for (const [name, text, takes] of wrong) {
  test(`${name}=${text} is refused in one line that names it`, () => {
    assert.throws(
      () => settingsFromEnvironment({ [name]: text }),
      (error) => {
        assert.ok(error instanceof CacheError);
        assert.equal(error.code, "INVALID_ARGUMENT");
        assert.ok(error.reason.startsWith(`${name}: got ${JSON.stringify(text)}; `));
        assert.match(error.reason, takes);
        assert.ok(error.message.includes(error.reason));
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  });
}

test("An empty setting of the environment is as good as none", () => {
  const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ""]));
  assert.deepEqual(settingsFromEnvironment(empty), {});
});

test("Sizes and times are read as the service reads them", () => {
  const settings = settingsFromEnvironment({
    APP_CACHE_MAX_BYTES: "64KiB",
    APP_CACHE_DEFAULT_TTL_SECONDS: "1m30s",
    APP_CACHE_MAX_TTL_SECONDS: "1.5h",
    APP_CACHE_MAX_VALUE_BYTES: "512",
  });
  assert.deepEqual(settings, {
    maxBytes: 65536,
    defaultTtlSeconds: 90,
    maxTtlSeconds: 5400,
    maxValueBytes: 512,
  });
});

test("Every setting of the spec is read", () => {
  const given: Record<string, string> = {
    ...SETTINGS,
    APP_CACHE_AUTH_TOKEN_FILE: "token",
    APP_CACHE_TLS_CA_FILE: "ca.pem",
    APP_CACHE_TLS_CERT_FILE: "cert.pem",
    APP_CACHE_TLS_KEY_FILE: "key.pem",
  };
  const settings = settingsFromEnvironment(given);
  assert.equal(Object.keys(settings).length, Object.keys(SETTINGS).length);
});

test("A setting that a program gives is checked as well", () => {
  assert.throws(() => createCacheStore({ backend: "memory", maxEntries: -1 }), {
    code: "INVALID_ARGUMENT",
    reason: 'maxEntries: got "-1"; takes a number from 1 to 2147483647',
  });
});

const stores: Record<string, () => unknown> = {
  "a URL": () => new RemoteCacheStore({ url: "http://127.0.0.1:1" }),
  "a storage URL": () => createCacheStore({ backend: "remote", storageUrl: "127.0.0.1:1" }),
  "a token": () => new RemoteCacheStore({ token: "none" }),
  "a file that is not there": () =>
    createCacheStore({ backend: "remote", authTokenFile: "not/there" }),
  "a timeout of nothing": () => new RemoteCacheStore({ timeoutSeconds: 0 }),
  "no call in flight": () => new RemoteCacheStore({ maxCallsInFlight: 0 }),
  "limits in memory": () => new MemoryCacheStore({ limits: { maxTtlSeconds: 60 } }),
  "limits of no cache": () => new NoneCacheStore({ defaultTtlSeconds: 0 }),
  "a prefix without UTF-8": () => new MemoryCacheStore().withPrefix("\ud800"),
};
for (const [name, make] of Object.entries(stores)) {
  test(`No store is made of what is wrong, ${name}, but an INVALID_ARGUMENT`, () => {
    assert.throws(make, { name: "CacheError", code: "INVALID_ARGUMENT", operation: "settings" });
  });
}

const urls: [url: string, problem: RegExp][] = [
  ["", /is empty/],
  ["127.0.0.1:50051", /has no scheme/],
  ["http://127.0.0.1:50051", /has the scheme http, which is none of a cache service/],
  ["grpc://127.0.0.1", /has no port/],
  ["grpc://127.0.0.1:0", /has no port from 1 to 65535/],
  ["grpc://127.0.0.1:65536", /has no port from 1 to 65535/],
  ["grpc://:50051", /has no host/],
  ["grpc://::1:50051", /has an IPv6 address without brackets/],
  ["grpc://[::1:50051", /has a \[ without its \]/],
  ["grpc://[::g]:50051", /has no IPv6 address between the brackets/],
  ["grpc://a b:50051", /has a host that is no name and no address/],
  ["grpc://host:50051/path", /has more than a host and a port/],
  ["unix:", /has no path/],
  ["unix://relative", /does not begin with \//],
  [`unix:/${"x".repeat(107)}`, /has a path of 108 bytes; a unix socket's has 107 at most/],
];
for (const [url, problem] of urls) {
  test(`The URL "${url.slice(0, 40)}" is refused, with what is accepted`, () => {
    assert.throws(() => parseServiceUrl(url), { message: problem });
    assert.throws(() => parseServiceUrl(url), /takes a URL such as grpc:\/\/127.0.0.1:50051/);
  });
}

test("A URL that may hold a password is not repeated", () => {
  assert.throws(
    () => parseServiceUrl("grpc://user:secret@host:50051"),
    (error: Error) => /has a user/.test(error.message) && !error.message.includes("secret"),
  );
});

test("URLs say whether they are of this machine, and whether they are TLS", () => {
  const local = ["localhost:1", "LOCALHOST:1", "127.9.9.9:1", "[::1]:1", "[0:0:0:0:0:0:0:1]:1"];
  for (const name of local) assert.equal(parseServiceUrl(`grpc://${name}`).isThisMachine, true);
  for (const name of ["10.0.0.1:1", "[::2]:1", "[1::1]:1", "[::1:1]:1", "127.example:1"]) {
    assert.equal(parseServiceUrl(`grpc://${name}`).isThisMachine, false, name);
  }
  assert.deepEqual(parseServiceUrl("grpcs://cache.example:50051/"), {
    target: "dns:///cache.example:50051",
    name: "cache.example:50051",
    isTls: true,
    isThisMachine: false,
  });
  assert.equal(parseServiceUrl("grpc+unix:///run/a%20b").target, "unix:/run/a%20b");
});
