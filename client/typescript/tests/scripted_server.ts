// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

import { Server, ServerCredentials, status, type sendUnaryData } from "@grpc/grpc-js";

/** How a scripted service ends a call. */
export type Answer = "hang" | "ok" | keyof typeof status;

/** A gRPC server that ends each call as the test says, and counts them. */
export class ScriptedServer {
  /** The methods that were called, in their order. */
  readonly calls: string[] = [];
  private waiters: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private answers: Answer[],
  ) {}

  /** The last of the answers is for all calls from then on. */
  static async start(...answers: Answer[]): Promise<ScriptedServer> {
    const server = new Server();
    const methods = {
      "cachestore.v1.CacheStore": ["Get", "Set", "Delete", "Exists", "Clear", "Ping"],
      "cachestore.v1.CacheBatch": ["BatchGet", "BatchSet", "BatchDelete", "BatchExists"],
      "cachestore.v1.CacheCounter": ["Increment"],
    };
    let script: ScriptedServer | undefined = undefined;
    for (const [service, names] of Object.entries(methods)) {
      const definition = names.map((name) => [name, rawMethod(`/${service}/${name}`)] as const);
      const handlers = names.map((name) => [
        name,
        (_call: unknown, done: sendUnaryData<Buffer>) => script?.answer(name, done),
      ]);
      server.addService(Object.fromEntries(definition), Object.fromEntries(handlers));
    }
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const started = new ScriptedServer(server, `grpc://127.0.0.1:${port}`, answers);
    script = started;
    return started;
  }

  /** Resolves when so many calls have arrived. */
  async arrived(count: number): Promise<void> {
    while (this.calls.length < count) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private answer(name: string, done: sendUnaryData<Buffer>): void {
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    this.calls.push(name);
    for (const wake of this.waiters.splice(0)) wake();
    if (answer === "hang" || answer === undefined) return;
    if (answer === "ok") done(null, Buffer.alloc(0));
    else done({ code: status[answer], details: `scripted ${answer}` });
  }
}

/** A socket that accepts and never says anything. */
export async function startSilentServer(): Promise<{ url: string; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `grpc://127.0.0.1:${port}`, stop };
}

function rawMethod(path: string) {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}
