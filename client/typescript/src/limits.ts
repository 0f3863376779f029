// SPDX-License-Identifier: Apache-2.0
import { toBytes } from "./bytes.js";
import { Refusal } from "./cache_error.js";
import { formatSeconds, toMillis } from "./duration.js";
import type { SetEntry } from "./options.js";
import { checkOneCondition } from "./set_request.js";
import * as spec from "./spec.js";

/** What one entry, and one batch, may be. */
export interface Limits {
  maxKeyBytes: number;
  maxValueBytes: number;

  /** The TTL of a set that gives none. */
  defaultTtlSeconds: number;

  /** The longest TTL that a set may give. */
  maxTtlSeconds: number;

  maxBatchKeys: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  maxKeyBytes: spec.MAX_KEY_BYTES,
  maxValueBytes: spec.MAX_VALUE_BYTES,
  defaultTtlSeconds: spec.DEFAULT_TTL_SECONDS,
  maxTtlSeconds: spec.MAX_TTL_SECONDS,
  maxBatchKeys: spec.MAX_BATCH_KEYS,
};

/** Throws if the limits make no sense together. */
export function checkLimits(limits: Readonly<Limits>): void {
  const { defaultTtlSeconds, maxTtlSeconds } = limits;
  if (defaultTtlSeconds > 0 && defaultTtlSeconds <= maxTtlSeconds) return;
  throw refused(
    `default_ttl: is ${formatSeconds(defaultTtlSeconds)}; give more than zero, and at most ` +
      `max_ttl, ${formatSeconds(maxTtlSeconds)}`,
  );
}

// The checks of arguments, in the order and with the words of the service. Each gives what it has
// checked, or throws a Refusal of INVALID_ARGUMENT.

/** The same for all stores: a call that may take no time at all is a slip. */
export function checkTimeout(seconds: number): number {
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw refused(`timeoutSeconds: is ${seconds}; give a finite number above zero`);
}

/** What a set stores, with its TTL in whole milliseconds. */
export interface CheckedEntry extends Omit<SetEntry, "key" | "value"> {
  key: Buffer;
  value: Buffer;
  ttlMillis: number;
}

export function checkKey(given: SetEntry["key"], limits: Limits): Buffer {
  const key = toBytes(given, "key");
  if (key.length === 0) throw refused("key: is empty; give a key of at least 1 byte");
  if (key.length <= limits.maxKeyBytes) return key;
  throw refused(
    `key: is ${key.length} bytes; the limit is ${limits.maxKeyBytes} bytes (max_key_bytes): ` +
      "shorten or hash it",
  );
}

/** In whole milliseconds, rounded up. */
export function checkTtlMillis(seconds: number | undefined, limits: Limits): number {
  if (seconds === undefined) return toMillis(limits.defaultTtlSeconds);
  const otherwise = `for the default of ${formatSeconds(limits.defaultTtlSeconds)}`;
  return checkMillis("ttl", seconds, otherwise, limits);
}

export function checkTouchMillis(seconds: number | undefined, limits: Limits): number | undefined {
  if (seconds === undefined) return undefined;
  return checkMillis("touch", seconds, "to keep the TTL as it is", limits);
}

export function checkEtag(given: SetEntry["value"]): Buffer {
  const etag = toBytes(given, "if_etag");
  if (etag.length === spec.ETAG_BYTES) return etag;
  throw refused(
    `if_etag: is ${etag.length} bytes; an etag has ${spec.ETAG_BYTES}: give one that a Get with ` +
      "want_etag returned",
  );
}

export function checkEntry(entry: SetEntry, limits: Limits): CheckedEntry {
  const key = checkKey(entry.key, limits);
  const value = toBytes(entry.value, "value");
  if (value.length > limits.maxValueBytes) {
    throw refused(
      `value: is ${value.length} bytes; the limit is ${limits.maxValueBytes} bytes ` +
        "(max_value_bytes): split or compress it",
    );
  }
  if (entry.keepTtl === true && entry.ttlSeconds !== undefined) {
    throw refused("keep_ttl: is given, and so is a ttl; leave one of them out");
  }
  checkCondition("if_absent", entry.ifAbsent);
  checkCondition("if_present", entry.ifPresent);
  checkOneCondition(entry);
  if (entry.ifEtag !== undefined) checkEtag(entry.ifEtag);
  return { ...entry, key, value, ttlMillis: checkTtlMillis(entry.ttlSeconds, limits) };
}

function checkCondition(field: string, condition: boolean | undefined): void {
  if (condition !== false) return;
  throw refused(`${field}: is false; give true, or leave the condition out to store in any case`);
}

function checkMillis(field: string, seconds: number, otherwise: string, limits: Limits): number {
  if (seconds > 0 && seconds <= limits.maxTtlSeconds) return toMillis(seconds);
  const is = formatSeconds(seconds);
  if (!(seconds > 0)) {
    throw refused(`${field}: is ${is}; give more than zero, or leave it out ${otherwise}`);
  }
  const limit = formatSeconds(limits.maxTtlSeconds);
  throw refused(`${field}: is ${is}; the limit is ${limit} (max_ttl): give less`);
}

function refused(reason: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", reason);
}
