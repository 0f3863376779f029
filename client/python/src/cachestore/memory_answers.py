# SPDX-License-Identifier: Apache-2.0
"""What a cache in this process answers to each operation."""

from __future__ import annotations

import hashlib
from typing import Any, Optional

from . import operations as ops
from .errors import CacheError, Code
from .limits import Limits
from .memory_table import Entry, MemoryTable

_NANOS_PER_MILLI = 1_000_000
_MAX_DIGITS = 20  # Of an int64, with its sign.


class MemoryAnswers:
    """Thread-safe; each operation is one step, a batch too."""

    def __init__(self, table: MemoryTable, limits: Limits) -> None:
        self._table = table
        self._limits = limits
        self._answers = {
            ops.Get: self._get,
            ops.Set: self._set,
            ops.Delete: self._delete,
            ops.Exists: self._exists,
            ops.Increment: self._increment,
            ops.Clear: self._clear,
            ops.Ping: self._ping,
            ops.BatchGet: self._batch_get,
            ops.BatchSet: self._batch_set,
            ops.BatchDelete: self._batch_delete,
            ops.BatchExists: self._batch_exists,
        }

    def answer(self, operation: ops.Operation[Any]) -> Any:
        self._limits.check_operation(operation)
        with self._table.lock:
            # Read under the lock, so that what is set later never expires before what was set
            # earlier for as long.
            answer: Any = self._answers[type(operation)]
            return answer(operation, self._table.clock())

    def _get(self, get: ops.Get, now: int) -> ops.GetResult:
        entry = self._table.find(get.key, now)
        if entry is None:
            return ops.GetResult()
        self._touch(get, now)
        etag = _etag(entry.value) if get.want_etag else None
        return ops.GetResult(entry.value, etag, _remaining(entry, now) if get.want_ttl else None)

    def _exists(self, exists: ops.Exists, now: int) -> ops.ExistsResult:
        entry = self._table.find(exists.key, now)
        if entry is None:
            return ops.ExistsResult()
        self._touch(exists, now)
        return ops.ExistsResult(True, _remaining(entry, now) if exists.want_ttl else None)

    def _touch(self, read: Any, now: int) -> None:
        if read.touch_seconds is not None:
            self._table.touch(read.key, now + self._limits.ttl_nanos(read.touch_seconds))

    def _set(self, entry: ops.Set, now: int) -> bool:
        self._table.check_fits(entry.key, entry.value)
        there = self._table.find(entry.key, now)
        if not _is_met(entry, there):
            return False
        if there is not None and entry.keep_ttl:
            self._table.put_value(entry.key, entry.value, now)
        else:
            expiry = now + self._limits.ttl_nanos(entry.ttl_seconds)
            self._table.put(entry.key, entry.value, expiry, now)
        return True

    def _delete(self, delete: ops.Delete, now: int) -> bool:
        there = self._table.find(delete.key, now)
        if delete.if_etag is not None and (there is None or _etag(there.value) != delete.if_etag):
            return False
        return self._table.erase(delete.key, now)

    def _increment(self, increment: ops.Increment, now: int) -> ops.IncrementResult:
        there = self._table.find(increment.key, now)
        number = 0 if there is None else _number(there.value)
        total = number + increment.delta
        if not -(2**63) <= total < 2**63:
            raise CacheError(
                Code.OUT_OF_RANGE,
                "delta: the sum does not fit 64 bits with a sign; nothing was changed: add less, "
                "or set the counter anew",
            )
        text = str(total).encode()
        self._table.check_fits(increment.key, text)
        if there is None:
            expiry = now + self._limits.ttl_nanos(increment.ttl_seconds)
            self._table.put(increment.key, text, expiry, now)
        else:
            expiry = there.expiry_nanos
            self._table.put_value(increment.key, text, now)
        return ops.IncrementResult(total, _seconds_until(expiry, now))

    def _clear(self, _: ops.Clear, now: int) -> None:
        self._table.clear()

    def _ping(self, _: ops.Ping, now: int) -> None:
        self._table.drop_expired(now)

    def _batch_get(self, batch: ops.BatchGet, now: int) -> list[ops.BatchItem[bytes]]:
        entries = [self._table.find(key, now) for key in batch.all_keys]
        return [ops.BatchItem(None if entry is None else entry.value) for entry in entries]

    def _batch_set(self, batch: ops.BatchSet, now: int) -> list[ops.BatchItem[bool]]:
        return [self._batch_set_item(entry, now) for entry in batch.entries]

    def _batch_set_item(self, entry: ops.Set, now: int) -> ops.BatchItem[bool]:
        try:
            return ops.BatchItem(self._set(entry, now))
        except CacheError as error:
            return ops.BatchItem(error=error)

    def _batch_delete(self, batch: ops.BatchDelete, now: int) -> list[ops.BatchItem[bool]]:
        return [ops.BatchItem(self._table.erase(key, now)) for key in batch.all_keys]

    def _batch_exists(self, batch: ops.BatchExists, now: int) -> list[ops.BatchItem[bool]]:
        return [ops.BatchItem(self._table.find(key, now) is not None) for key in batch.all_keys]


def _etag(value: bytes) -> bytes:
    return hashlib.sha1(value).digest()


def _is_met(entry: ops.Set, there: Optional[Entry]) -> bool:
    if entry.if_absent:
        return there is None
    if entry.if_present:
        return there is not None
    if entry.if_etag is not None:
        return there is not None and _etag(there.value) == entry.if_etag
    return True


def _seconds_until(expiry_nanos: int, now: int) -> float:
    """Rounded up to the millisecond, so that what is live never shows zero."""
    return -(-(expiry_nanos - now) // _NANOS_PER_MILLI) / 1000


def _remaining(entry: Entry, now: int) -> float:
    return _seconds_until(entry.expiry_nanos, now)


def _number(text: bytes) -> int:
    number: Optional[int] = None
    if len(text) <= _MAX_DIGITS:
        try:
            number = int(text)
        except ValueError:
            pass
    # int() takes more than one text for a number.
    if number is None or str(number).encode() != text or not -(2**63) <= number < 2**63:
        raise CacheError(
            Code.FAILED_PRECONDITION,
            "key: what is stored there is no number in decimal; use another key, or set a number "
            "first",
        )
    return number
