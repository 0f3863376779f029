// SPDX-License-Identifier: Apache-2.0
import { CacheError, Refusal, statusName, type FailedCall } from "./cache_error.js";
import type { ItemError } from "./generated/protos/batch.js";
import type { BatchItem } from "./options.js";

export type BatchField = "keys" | "entries";

/** Refuses a batch of nothing, and one of too much. */
export function refuseBatchSize(field: BatchField, size: number, most: number): void {
  if (size === 0) {
    throw new Refusal("INVALID_ARGUMENT", `${field}: is empty; give at least one of them`);
  }
  if (size <= most) return;
  throw new Refusal(
    "INVALID_ARGUMENT",
    `${field}: has ${size} of them; the limit is ${most} (max_batch_keys): split the batch`,
  );
}

/** Maps the items of a batch; what refuses one names it: `entries[1].ttl: ...`. */
export function mapItems<Item, Mapped>(
  field: BatchField,
  items: readonly Item[],
  map: (item: Item) => Mapped,
): Mapped[] {
  return items.map((item, i) => {
    try {
      return map(item);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // A key is the item itself; an entry has fields.
      const reason =
        field === "keys" && error.message.startsWith("key: ")
          ? `: ${error.message.slice("key: ".length)}`
          : `.${error.message}`;
      throw new Refusal(error.code, `${field}[${i}]${reason}`);
    }
  });
}

/** What became of one item, as a service answers it. */
export function itemOf<T>(
  error: ItemError | undefined,
  value: () => T,
  call: FailedCall,
): BatchItem<T> {
  if (error === undefined) return { ok: true, value: value() };
  return { ok: false, error: new CacheError(statusName(error.code), error.message, call) };
}
