// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { createCacheStore, RemoteCacheStore, settingsFromEnvironment } from "@cachestore/client";

import { CacheServer, newToken } from "./cache_server.js";
import { Certificates } from "./certificates.js";

describe("A service that speaks TLS, asks for certificates and knows tokens", () => {
  let certificates: Certificates;
  let server: CacheServer;
  let environment: Record<string, string>;
  let url: string;
  const { token, authLine } = newToken("node", "admin");

  before(async () => {
    certificates = new Certificates();
    const service = certificates.sign("service", "IP:127.0.0.1");
    const client = certificates.sign("client");
    const auth = certificates.path("auth");
    writeFileSync(auth, `${authLine}\n`, { mode: 0o600 });
    writeFileSync(certificates.path("token"), `${token}\n`);
    server = await CacheServer.start([
      `--tls_cert=${service.certificate}`,
      `--tls_key=${service.key}`,
      `--tls_client_ca=${certificates.ca}`,
      `--auth_file=${auth}`,
    ]);
    url = `grpcs://${server.address}`;
    environment = {
      APP_CACHE_BACKEND: "remote",
      APP_CACHE_STORAGE_URL: url,
      APP_CACHE_AUTH_TOKEN_FILE: certificates.path("token"),
      APP_CACHE_TLS_CA_FILE: certificates.ca,
      APP_CACHE_TLS_CERT_FILE: client.certificate,
      APP_CACHE_TLS_KEY_FILE: client.key,
    };
  });
  after(async () => {
    await server.kill();
    certificates.remove();
  });

  async function call(change: Record<string, string | undefined>, at = url): Promise<unknown> {
    const changed = { ...environment, APP_CACHE_STORAGE_URL: at, ...change };
    const store = createCacheStore(settingsFromEnvironment(changed));
    try {
      await store.set("k", "v");
      return String(await store.get("k"));
    } finally {
      await store.close();
    }
  }

  test("A client with certificate, authority and token is served", async () => {
    assert.equal(await call({}), "v");
  });

  test("A client without a token is UNAUTHENTICATED, and told what to do", async () => {
    await assert.rejects(call({ APP_CACHE_AUTH_TOKEN_FILE: undefined }), {
      code: "UNAUTHENTICATED",
      message: /set APP_CACHE_AUTH_TOKEN_FILE/,
    });
  });

  test("A client that does not trust the authority is told to", async () => {
    await assert.rejects(call({ APP_CACHE_TLS_CA_FILE: undefined }), {
      code: "UNAVAILABLE",
      message: /certificate is not trusted.*tlsCaFile/,
    });
  });

  test("A client that calls the service by another name is told so", async () => {
    const other = url.replace("127.0.0.1", "localhost");
    await assert.rejects(call({}, other), {
      code: "UNAVAILABLE",
      message: /its certificate is for other names/,
    });
  });

  test("A client that does not speak TLS is told to", async () => {
    const store = new RemoteCacheStore({ url: `grpc://${server.address}` });
    await assert.rejects(store.ping(), { code: "UNAVAILABLE", message: /write grpcs:\/\// });
    await store.close();
  });

  test("Files of TLS that are of no use are refused, with the setting's name", () => {
    const create = (change: Record<string, string | undefined>) => () =>
      createCacheStore(settingsFromEnvironment({ ...environment, ...change }));
    assert.throws(create({ APP_CACHE_TLS_CA_FILE: "absent.pem" }), /APP_CACHE_TLS_CA_FILE.*ENOENT/);
    assert.throws(
      create({ APP_CACHE_TLS_CA_FILE: certificates.path("token") }),
      /APP_CACHE_TLS_CA_FILE.*takes the path of a PEM file/,
    );
    assert.throws(
      create({ APP_CACHE_TLS_KEY_FILE: undefined }),
      /APP_CACHE_TLS_KEY_FILE.*together/,
    );
    assert.throws(
      create({ APP_CACHE_TLS_CERT_FILE: certificates.ca }),
      /APP_CACHE_TLS_CERT_FILE.*another key/,
    );
    assert.throws(
      create({ APP_CACHE_STORAGE_URL: "grpc://127.0.0.1:1" }),
      /APP_CACHE_TLS_CA_FILE.*write grpcs:/,
    );
    assert.throws(
      create({ APP_CACHE_AUTH_TOKEN_FILE: certificates.ca }),
      /APP_CACHE_AUTH_TOKEN_FILE.*holds no token; takes one alone/,
    );
  });

  test("A token does not go to another machine in the clear", () => {
    const away = { url: "grpc://cache.example:50051", token };
    assert.throws(() => new RemoteCacheStore(away), /in the clear to cache.example:50051/);
    assert.doesNotThrow(() => new RemoteCacheStore({ ...away, insecureToken: true }));
    assert.doesNotThrow(() => new RemoteCacheStore({ ...away, url: "grpcs://cache.example:1" }));
    assert.throws(
      () => new RemoteCacheStore({ token: "a secret" }),
      (error: Error) => /token: is none/.test(error.message) && !/secret/.test(error.message),
    );
  });
});

test("A service whose TLS is not there is told apart", async (t) => {
  const server = await CacheServer.start();
  t.after(() => server.kill());
  const store = new RemoteCacheStore({ url: `grpcs://${server.address}` });
  t.after(() => store.close());
  await assert.rejects(store.ping(), {
    code: "UNAVAILABLE",
    message: /no TLS is spoken.*tls_cert/,
  });
});

test("A service is called over a unix socket", async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const path = certificates.path("cache socket");
  const server = await CacheServer.start([], `unix:${path}`);
  t.after(() => server.kill());
  for (const url of [`grpc+unix://${path}`, `unix:${path}`]) {
    const store = new RemoteCacheStore({ url });
    assert.equal(await store.set("k", "v"), true);
    await store.close();
  }
});

test("A client without a certificate is told that one is asked for", async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const service = certificates.sign("service", "IP:127.0.0.1");
  const server = await CacheServer.start([
    `--tls_cert=${service.certificate}`,
    `--tls_key=${service.key}`,
    `--tls_client_ca=${certificates.ca}`,
  ]);
  t.after(() => server.kill());
  const store = new RemoteCacheStore({
    url: `grpcs://${server.address}`,
    tlsCaFile: certificates.ca,
  });
  t.after(() => store.close());
  await assert.rejects(store.ping(), { code: "UNAUTHENTICATED", message: /show a cert/ });
});
