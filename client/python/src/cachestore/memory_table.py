# SPDX-License-Identifier: Apache-2.0
"""The entries of a cache in this process, and which of them go first."""

from __future__ import annotations

import heapq
import threading
from dataclasses import dataclass
from typing import Callable, Optional

from .errors import CacheError, Code

#: What an entry takes beside its key and its value, in bytes: about what CPython takes for it.
ENTRY_OVERHEAD_BYTES = 200

#: Nanoseconds that never go backwards.
Clock = Callable[[], int]


@dataclass
class Entry:
    value: bytes
    expiry_nanos: int
    #: Which setting of an expiry this was: of equal expiries the first goes first.
    turn: int


class MemoryTable:
    """Entries by key. A heap has them by expiry; what it says of an entry that has changed since is
    passed over, and the heap is made anew before such are most of it. So a write is O(log entries).

    Whoever calls holds `lock`.
    """

    def __init__(self, max_entries: int, max_bytes: int, clock: Clock) -> None:
        self.lock = threading.Lock()
        self.clock = clock
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self.clear()

    def clear(self) -> None:
        self._entries: dict[bytes, Entry] = {}
        self._order: list[tuple[int, int, bytes]] = []
        self._bytes = 0
        self._turns = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        """What the entries take: keys, values and overhead."""
        return self._bytes

    def find(self, key: bytes, now: int) -> Optional[Entry]:
        """The live entry."""
        entry = self._entries.get(key)
        return entry if entry is not None and entry.expiry_nanos > now else None

    def check_fits(self, key: bytes, value: bytes) -> None:
        size = _size(key, value)
        if size > self._max_bytes:
            raise CacheError(
                Code.RESOURCE_EXHAUSTED,
                f"value: the entry takes {size} bytes; the store holds {self._max_bytes} bytes "
                "(max_bytes): store less, or raise it",
            )

    def put(self, key: bytes, value: bytes, expiry_nanos: int, now: int) -> None:
        """Replaces what is there, and makes room: first of what has expired, then of what expires
        earliest, never of this entry. It has to fit."""
        self.erase(key, now)
        self._add(key, value, expiry_nanos, self._next_turn(), now)

    def put_value(self, key: bytes, value: bytes, now: int) -> None:
        """Likewise, and leaves the expiry of the live entry that is there, and its turn."""
        there = self._entries[key]
        self.erase(key, now)
        self._add(key, value, there.expiry_nanos, there.turn, now)

    def touch(self, key: bytes, expiry_nanos: int) -> None:
        entry = self._entries[key]
        entry.expiry_nanos, entry.turn = expiry_nanos, self._next_turn()
        self._push(key, entry)

    def erase(self, key: bytes, now: int) -> bool:
        """Whether a live entry was there."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._bytes -= _size(key, entry.value)
        return entry.expiry_nanos > now

    def drop_expired(self, now: int) -> None:
        while self._order and self._order[0][0] <= now:
            self._drop_first(now)

    def _add(self, key: bytes, value: bytes, expiry_nanos: int, turn: int, now: int) -> None:
        self.drop_expired(now)
        size = _size(key, value)
        while len(self) >= self._max_entries or self._bytes + size > self._max_bytes:
            self._drop_first(now)
        self._entries[key] = Entry(value, expiry_nanos, turn)
        self._bytes += size
        self._push(key, self._entries[key])

    def _drop_first(self, now: int) -> None:
        expiry_nanos, turn, key = heapq.heappop(self._order)
        entry = self._entries.get(key)
        if entry is not None and (entry.expiry_nanos, entry.turn) == (
            expiry_nanos,
            turn,
        ):
            self.erase(key, now)

    def _next_turn(self) -> int:
        self._turns += 1
        return self._turns

    def _push(self, key: bytes, entry: Entry) -> None:
        if len(self._order) > 2 * len(self._entries) + 64:
            self._order = [
                (other.expiry_nanos, other.turn, name) for name, other in self._entries.items()
            ]
            heapq.heapify(self._order)
        heapq.heappush(self._order, (entry.expiry_nanos, entry.turn, key))


def _size(key: bytes, value: bytes) -> int:
    return len(key) + len(value) + ENTRY_OVERHEAD_BYTES
