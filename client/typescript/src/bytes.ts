// SPDX-License-Identifier: Apache-2.0
import { Refusal } from "./cache_error.js";

/** A key, a value or an etag. A string stands for its UTF-8. */
export type Bytes = string | Uint8Array;

/** The bytes of what a caller gives as `field`. Bytes are not copied. */
export function toBytes(bytes: Bytes, field: string): Buffer {
  if (typeof bytes === "string") {
    // Otherwise each half would become U+FFFD, and two keys could become one.
    if (/\p{Surrogate}/u.test(bytes)) {
      throw new Refusal(
        "INVALID_ARGUMENT",
        `${field}: has half of a surrogate pair, which has no UTF-8; give bytes`,
      );
    }
    return Buffer.from(bytes, "utf8");
  }
  if (bytes instanceof Uint8Array) return viewOf(bytes);
  throw new Refusal(
    "INVALID_ARGUMENT",
    `${field}: is of type ${bytes === null ? "null" : typeof bytes}; give a string or a Uint8Array`,
  );
}

/** The same bytes as a Buffer, not copied. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A text that stands for these bytes alone, to be the key of a Map. */
export function nameOf(bytes: Buffer): string {
  return bytes.toString("latin1");
}

/**
 * The bytes of a key for an error's words; undefined if it is no key, which its own check refuses.
 */
export function keyOf(key: Bytes): Buffer | undefined {
  if (typeof key === "string") return Buffer.from(key, "utf8");
  return key instanceof Uint8Array ? viewOf(key) : undefined;
}
