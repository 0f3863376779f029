// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";

/** A cache_server of the test's own, on a port that was free. */
export class CacheServer {
  private constructor(
    private readonly process: ChildProcess,
    /** Where it listens: 127.0.0.1:PORT, or unix:PATH. */
    readonly address: string,
  ) {}

  /** Starts one, with flags such as --max_entries=3; resolves when it serves. */
  static async start(flags: readonly string[] = [], listen = "127.0.0.1:0"): Promise<CacheServer> {
    const program = programOf("CACHE_SERVER");
    const child = spawn(program, [`--listen=${listen}`, ...flags], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      const address = /serving on (unix:[^;]+|[^;\s]+:\d+)/.exec(line)?.[1];
      if (address === undefined) continue;
      // Or it would wait for somebody to read.
      child.stderr.resume();
      return new CacheServer(child, address);
    }
    throw new Error(`cache_server does not serve; it says:\n${said.join("\n")}`);
  }

  get url(): string {
    return this.address.startsWith("unix:") ? this.address : `grpc://${this.address}`;
  }

  /** Stops it by SIGSTOP; resolves when none of its threads runs any more. */
  async freeze(): Promise<void> {
    this.process.kill("SIGSTOP");
    const tasks = `/proc/${this.process.pid}/task`;
    const isStopped = (task: string): boolean =>
      /^State:\s+T/m.test(readFileSync(`${tasks}/${task}/status`, "utf8"));
    while (!readdirSync(tasks).every(isStopped)) await setImmediate();
  }

  /** Ends it, also where it has been stopped by SIGSTOP; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exited;
  }
}

/** The tokens that cachectl makes: one for the client, and its line of the server's file. */
export function newToken(identity: string, role: string): { token: string; authLine: string } {
  const made = spawnSync(programOf("CACHECTL"), ["token", "new", identity, `--role=${role}`], {
    encoding: "utf8",
  });
  const [token, authLine] = made.stdout.split("\n");
  if (made.status !== 0 || token === undefined || authLine === undefined) {
    throw new Error(`cachectl token new fails: ${made.stderr}`);
  }
  return { token, authLine };
}

function programOf(variable: string): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set; give the path of the program`);
  return path;
}
