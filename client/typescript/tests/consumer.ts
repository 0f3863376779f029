// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const PACKAGE = join(__dirname, "..");

/** What a program wrote, and how it ended. */
export interface Ended {
  output: string;
  errors: string;
  status: number | null;
}

/** A folder of an application, with the package as it would be published once that is installed. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), "cachestore-"));

  /** Installs the package into the folder. */
  install(): void {
    // In place of the script that does it, which would also build what other tests are using.
    copyFileSync(join(PACKAGE, "../../LICENSE"), join(PACKAGE, "LICENSE"));
    const packed = spawnSync(
      "npm",
      ["pack", "--silent", "--ignore-scripts", "--pack-destination", this.folder],
      { cwd: PACKAGE, encoding: "utf8" },
    );
    if (packed.status !== 0) throw new Error(`npm pack fails: ${packed.stderr}`);
    const installed = this.path("node_modules/@cachestore/client");
    mkdirSync(installed, { recursive: true });
    const archive = this.path(packed.stdout.trim());
    const unpacked = spawnSync("tar", ["-xzf", archive, "-C", installed, "--strip-components=1"]);
    if (unpacked.status !== 0) throw new Error(`tar fails: ${unpacked.stderr}`);
    const modules = join(PACKAGE, "node_modules");
    for (const name of readdirSync(modules).filter((one) => !one.startsWith("."))) {
      symlinkSync(join(modules, name), this.path(`node_modules/${name}`));
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, contents: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), contents);
    return this.path(name);
  }

  /** Runs Node on a file of the folder. */
  async node(name: string, environment: Record<string, string> = {}): Promise<Ended> {
    const child = spawn(process.execPath, [name], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { output, errors, status };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
