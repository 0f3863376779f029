// SPDX-License-Identifier: Apache-2.0
import type { Operation } from "./cache_error.js";
import { CacheBatchDefinition } from "./generated/protos/batch.js";
import { CacheStoreDefinition } from "./generated/protos/cache.js";
import { CacheCounterDefinition } from "./generated/protos/counter.js";

/** How one RPC is called. */
export interface ServiceMethod<Request, Response> {
  operation: Operation;
  path: string;
  encode(request: Request): Buffer;
  decode(message: Buffer): Response;
}

interface MethodDefinition<Request, Response> {
  name: string;
  requestType: { encode(message: Request): { finish(): Uint8Array } };
  responseType: { decode(message: Uint8Array): Response };
}

function methodOf<Request, Response>(
  operation: Operation,
  service: { fullName: string },
  { name, requestType, responseType }: MethodDefinition<Request, Response>,
): ServiceMethod<Request, Response> {
  return {
    operation,
    path: `/${service.fullName}/${name}`,
    encode: (request) => Buffer.from(requestType.encode(request).finish()),
    decode: (message) => responseType.decode(message),
  };
}

const store = CacheStoreDefinition.methods;
const batch = CacheBatchDefinition.methods;
const counter = CacheCounterDefinition.methods;

export const GET = methodOf("get", CacheStoreDefinition, store.get);
export const SET = methodOf("set", CacheStoreDefinition, store.set);
export const DELETE = methodOf("delete", CacheStoreDefinition, store.delete);
export const EXISTS = methodOf("exists", CacheStoreDefinition, store.exists);
export const CLEAR = methodOf("clear", CacheStoreDefinition, store.clear);
export const PING = methodOf("ping", CacheStoreDefinition, store.ping);
export const INCREMENT = methodOf("increment", CacheCounterDefinition, counter.increment);
export const BATCH_GET = methodOf("batchGet", CacheBatchDefinition, batch.batchGet);
export const BATCH_SET = methodOf("batchSet", CacheBatchDefinition, batch.batchSet);
export const BATCH_DELETE = methodOf("batchDelete", CacheBatchDefinition, batch.batchDelete);
export const BATCH_EXISTS = methodOf("batchExists", CacheBatchDefinition, batch.batchExists);
