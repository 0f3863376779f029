// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";

/** How a scripted service ends a call: bytes are its answer, and "ok" is one of no bytes. */
export type Answer = "hang" | "ok" | keyof typeof status | Buffer;

/** A gRPC server that ends each call as the test says, and counts them. */
export class ScriptedServer {
  /** The methods that were called, in their order. */
  readonly calls: string[] = [];

  /** Those of them that the client cancelled. */
  readonly cancelled: string[] = [];

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
        (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
          call.on("cancelled", () => void script?.note(script.cancelled, name));
          script?.answer(name, done);
        },
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
  arrived(count: number): Promise<void> {
    return this.until(() => this.calls.length >= count);
  }

  /** Resolves when so many calls have been cancelled. */
  wereCancelled(count: number): Promise<void> {
    return this.until(() => this.cancelled.length >= count);
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  private note(list: string[], name: string): void {
    list.push(name);
    for (const wake of this.waiters.splice(0)) wake();
  }

  private answer(name: string, done: sendUnaryData<Buffer>): void {
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    this.note(this.calls, name);
    if (answer === "hang" || answer === undefined) return;
    if (answer === "ok") done(null, Buffer.alloc(0));
    else if (Buffer.isBuffer(answer)) done(null, answer);
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
