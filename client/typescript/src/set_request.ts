// SPDX-License-Identifier: Apache-2.0
import { toBytes } from "./bytes.js";
import { Refusal } from "./cache_error.js";
import { toDuration } from "./duration.js";
import type { SetRequest } from "./generated/protos/cache.js";
import type { SetEntry, StoreOptions } from "./options.js";

/** An entry to be stored as gRPC carries it. */
export function toSetRequest(entry: SetEntry): SetRequest {
  checkOneCondition(entry);
  return {
    key: toBytes(entry.key, "key"),
    value: toBytes(entry.value, "value"),
    ttl: toDuration(entry.ttlSeconds, "ttl"),
    ifAbsent: entry.ifAbsent,
    ifPresent: entry.ifPresent,
    ifEtag: entry.ifEtag === undefined ? undefined : toBytes(entry.ifEtag, "if_etag"),
    keepTtl: entry.keepTtl === true,
  };
}

/** Whether storing it again does no harm: it depends on nothing that is stored. */
export function isRepeatable(entry: StoreOptions): boolean {
  return (
    entry.ifAbsent === undefined &&
    entry.ifPresent === undefined &&
    entry.ifEtag === undefined &&
    entry.keepTtl !== true
  );
}

/** INVALID_ARGUMENT if there are two conditions, of which gRPC would carry the last alone. */
export function checkOneCondition(entry: StoreOptions): void {
  const given = (["ifAbsent", "ifPresent", "ifEtag"] as const).filter(
    (name) => entry[name] !== undefined,
  );
  if (given.length < 2) return;
  throw new Refusal(
    "INVALID_ARGUMENT",
    `${given.join(" and ")}: are given together; an entry has one condition`,
  );
}
