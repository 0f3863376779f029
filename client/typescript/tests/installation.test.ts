// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";

const ROOT = join(__dirname, "../../..");
const README = readFileSync(join(ROOT, "client/typescript/README.md"), "utf8");

/** What building and installing make, and no checkout has. */
const MADE = new Set(["node_modules", "dist", "build"]);

/** Copies what the installation takes of a checkout. */
function copyCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), "cachestore-"));
  for (const name of ["LICENSE", "client/typescript"]) {
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !MADE.has(basename(path)),
    });
  }
  return folder;
}

test("The lines of the README install the package from a checkout", (t) => {
  const lines = [...README.matchAll(/^ {4}\$ (.*npm.*)$/gm)].map(([, line]) => line);
  assert.equal(lines.length, 2, "one that builds the package, and one that installs it");
  const folder = copyCheckout();
  t.after(() => rmSync(folder, { recursive: true }));
  const run = (program: string, ...given: string[]): string => {
    const ended = spawnSync(program, given, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, APP_CACHE_BACKEND: "memory" },
    });
    assert.equal(ended.status, 0, `${given.join(" ")}: ${ended.stderr}`);
    return ended.stdout;
  };
  run("sh", "-ec", lines.join("\n"));
  const [, snippet, output] = /```js\n(.*?)```\n\n```text\n(.*?)```/s.exec(README) ?? [];
  writeFileSync(join(folder, "snippet.mjs"), snippet ?? "");
  assert.equal(run(process.execPath, "snippet.mjs"), output);
});
