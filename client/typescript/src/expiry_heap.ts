// SPDX-License-Identifier: Apache-2.0

/** What a heap orders. */
export interface Expiring {
  /** When it expires. */
  expiresAt: number;

  /** When that was set: of those that expire together, the earlier one comes first. */
  order: number;

  /** Where it stands in the heap, which writes this. */
  heapIndex: number;
}

/**
 * Entries by their expiry: a binary heap (Cormen et al., Introduction to Algorithms, chapter 6), in
 * which each entry knows its place, so that it can be removed. add and remove are O(log entries).
 */
export class ExpiryHeap<Entry extends Expiring> {
  private readonly entries: Entry[] = [];

  /** The entry that expires first. */
  get first(): Entry | undefined {
    return this.entries[0];
  }

  add(entry: Entry): void {
    this.place(entry, this.entries.length);
    this.rise(entry);
  }

  remove(entry: Entry): void {
    const last = this.entries.pop();
    if (last === undefined || last === entry) return;
    this.place(last, entry.heapIndex);
    this.rise(last);
    this.sink(last);
  }

  clear(): void {
    this.entries.length = 0;
  }

  private rise(entry: Entry): void {
    while (entry.heapIndex > 0) {
      const parent = this.entries[(entry.heapIndex - 1) >> 1] as Entry;
      if (!isBefore(entry, parent)) return;
      this.swap(entry, parent);
    }
  }

  private sink(entry: Entry): void {
    for (;;) {
      const left = this.entries[2 * entry.heapIndex + 1];
      const right = this.entries[2 * entry.heapIndex + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, entry)) return;
      this.swap(child, entry);
    }
  }

  private swap(one: Entry, other: Entry): void {
    const index = one.heapIndex;
    this.place(one, other.heapIndex);
    this.place(other, index);
  }

  private place(entry: Entry, index: number): void {
    this.entries[index] = entry;
    entry.heapIndex = index;
  }
}

function isBefore(one: Expiring, other: Expiring): boolean {
  if (one.expiresAt !== other.expiresAt) return one.expiresAt < other.expiresAt;
  return one.order < other.order;
}
