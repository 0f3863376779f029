// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { CacheServer } from "./cache_server.js";
import { Consumer, type Ended } from "./consumer.js";

const ROOT = join(__dirname, "../../..");
const EXAMPLE = readFileSync(join(ROOT, "examples/node_script/main.js"), "utf8");

const COLD = `computing the forecast for Oslo
Oslo: 16 degrees
computing the forecast for Rome
Rome: 16 degrees
Oslo: 16 degrees
`;
const WARM = "Oslo: 16 degrees\nRome: 16 degrees\nOslo: 16 degrees\n";
const WITHOUT_CACHE = COLD.replace(/Oslo.*\n$/, "computing the forecast for Oslo\n$&");

const USES = `
  const cache = createCacheStore({ backend: "memory" });
  await cache.set("k", "v");
  console.log(String(await cache.get("k")), (await cache.get("absent")) === undefined);
`;

describe("The package as it is published", () => {
  let consumer: Consumer;
  let server: CacheServer;
  before(async () => {
    consumer = new Consumer();
    consumer.install();
    server = await CacheServer.start();
  });
  after(async () => {
    consumer.remove();
    await server.kill();
  });

  const remote = (url: string): Record<string, string> => ({
    APP_CACHE_BACKEND: "remote",
    APP_CACHE_STORAGE_URL: url,
  });

  test("It is imported", async () => {
    consumer.write("a.mjs", `import { createCacheStore } from "@cachestore/client";${USES}`);
    assertPrinted(await consumer.node("a.mjs"), "v true\n");
  });

  test("It is required", async () => {
    const require = 'const { createCacheStore } = require("@cachestore/client");';
    consumer.write("a.cjs", `${require}(async () => {${USES}})();`);
    assertPrinted(await consumer.node("a.cjs"), "v true\n");
  });

  test("Imported or required, its classes are the same", async () => {
    consumer.write(
      "both.mjs",
      `import { createRequire } from "node:module";
       import * as imported from "@cachestore/client";
       const required = createRequire(import.meta.url)("@cachestore/client");
       const names = Object.keys(required);
       console.log(names.length > 5, names.every((name) => imported[name] === required[name]));`,
    );
    assertPrinted(await consumer.node("both.mjs"), "true true\n");
  });

  test("Its types are found by import and by require, under strict settings", () => {
    const typed = `
      import { CacheError, createCacheStore } from "@cachestore/client";
      import type { CacheStore, Entry } from "@cachestore/client";
      export async function use(): Promise<string | undefined> {
        const cache: CacheStore = createCacheStore({ backend: "memory" });
        const value: Buffer | undefined = await cache.get("k", { signal: AbortSignal.timeout(1) });
        const entry: Entry | undefined = await cache.getWith("k", { wantEtag: true });
        const count: bigint = (await cache.increment("n", 5n)).value;
        const error: unknown = await cache.ping().catch((thrown: unknown) => thrown);
        if (error instanceof CacheError && error.code === "UNAVAILABLE") return error.keyHash;
        // @ts-expect-error: a miss is undefined.
        return value.toString() + String(entry?.etag) + String(count);
      }`;
    const files = [consumer.write("typed.mts", typed), consumer.write("typed.cts", typed)];
    const strict = ["--noEmit", "--strict", "--target", "es2022", "--module", "node16"];
    const tsc = consumer.path("node_modules/typescript/bin/tsc");
    const checked = spawnSync(process.execPath, [tsc, ...strict, "--types", "node", ...files], {
      cwd: consumer.folder,
      encoding: "utf8",
    });
    assert.equal(checked.stdout, "");
    assert.equal(checked.status, 0);
  });

  test("It carries its licence, and no test or source", () => {
    const listed = spawnSync("tar", ["-tzf", consumer.path("cachestore-client-0.1.0.tgz")], {
      encoding: "utf8",
    });
    const names = listed.stdout.trim().split("\n");
    assert.ok(names.includes("package/LICENSE") && names.includes("package/README.md"));
    const others = names.filter((name) => !/^package\/(dist\/|[^/]+$)/.test(name));
    assert.deepEqual(others, []);
  });

  test("The example computes cold, reads warm, and goes on without its service", async () => {
    consumer.write("example.mjs", EXAMPLE);
    assertPrinted(await consumer.node("example.mjs", remote(server.url)), COLD);
    assertPrinted(await consumer.node("example.mjs", remote(server.url)), WARM);
    const away = await consumer.node("example.mjs", remote("grpc://127.0.0.1:1"));
    assertPrinted(away, WITHOUT_CACHE);
    assertPrinted(await consumer.node("example.mjs"), WITHOUT_CACHE);
  });

  test("The example runs from one bundled file, without the package beside it", async () => {
    const entry = consumer.write("to_bundle.mjs", EXAMPLE.replaceAll("forecast:", "bundled:"));
    const bundled = await build({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      // gRPC is CommonJS, which takes Node's own modules by require.
      banner: {
        js:
          'import { createRequire } from "node:module";' +
          "const require = createRequire(import.meta.url);",
      },
      write: false,
      logLevel: "silent",
    });
    assert.deepEqual(bundled.warnings, []);
    const alone = new Consumer();
    try {
      alone.write("bundle.mjs", bundled.outputFiles[0]?.text ?? "");
      assertPrinted(await alone.node("bundle.mjs", remote(server.url)), COLD);
    } finally {
      alone.remove();
    }
  });

  test("The snippets of the README print what it says", async () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const snippets = [...readme.matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)];
    assert.equal(snippets.length, readme.split("```js\n").length - 1, "each has its output");
    assert.ok(snippets.length > 0);
    for (const [i, [, code, output]] of snippets.entries()) {
      consumer.write(`snippet${i}.mjs`, code ?? "");
      assertPrinted(await consumer.node(`snippet${i}.mjs`, remote(server.url)), output ?? "");
    }
  });
});

function assertPrinted(ended: Ended, output: string): void {
  assert.deepEqual(ended, { output, errors: "", status: 0 });
}
