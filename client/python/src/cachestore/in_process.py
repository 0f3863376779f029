# SPDX-License-Identifier: Apache-2.0
"""Stores that live in this process: memory, and none, for who turns caching off."""

from __future__ import annotations

import time
from typing import Any, Callable, Optional, TypeVar

from . import _spec
from . import operations as ops
from .errors import CacheError, Code, closed, invalid
from .limits import Limits
from .memory_answers import MemoryAnswers
from .memory_table import ENTRY_OVERHEAD_BYTES, Clock, MemoryTable
from .observer import CacheObserver, Observation
from .store import CacheStore
from .sync_store import SyncCacheStore

Result = TypeVar("Result")
_Answer = Callable[[ops.Operation[Any]], Any]


class _InProcess:
    """What answers calls of both kinds, until it is closed."""

    def __init__(
        self,
        answer: _Answer,
        observer: Optional[CacheObserver],
        table: Optional[MemoryTable],
    ) -> None:
        self._answer = answer
        self._observer = observer or CacheObserver()
        self._table = table
        self._is_closed = False

    def call(self, operation: ops.Operation[Any]) -> Any:
        observation = Observation(self._observer, operation)
        keys = operation.keys
        try:
            if self._is_closed:
                raise closed()
            result = self._answer(operation)
        except CacheError as error:
            told = error.of(operation.name, keys[0] if len(keys) == 1 else None)
            observation.failed(told)
            raise told from None
        if isinstance(result, list):
            result = ops.with_errors_of(
                result, keys, lambda error, key: error.of(operation.name, key)
            )
        observation.answered(result)
        return result

    def close(self) -> None:
        self._is_closed = True
        if self._table is not None:
            with self._table.lock:
                self._table.clear()


def _checked(limits: Optional[Limits]) -> Limits:
    checked = limits or Limits()
    checked.check()
    return checked


def _memory(
    max_entries: int,
    max_bytes: int,
    limits: Optional[Limits],
    clock: Clock,
    observer: Optional[CacheObserver],
) -> _InProcess:
    checked = _checked(limits)
    if max_entries < 1:
        raise invalid(f"max_entries: is {max_entries}; give a number from 1")
    least = ENTRY_OVERHEAD_BYTES + 1
    if max_bytes < least:
        raise invalid(
            f"max_bytes: is {max_bytes}; the smallest entry takes {least} bytes: give at least that"
        )
    table = MemoryTable(max_entries, max_bytes, clock)
    return _InProcess(MemoryAnswers(table, checked).answer, observer, table)


class MemoryCacheStore(CacheStore):
    """A cache in this process, for tests and for programs of one process. It checks what the
    service checks and says the same words, and when it is full it drops what expires first.

    Thread-safe, and of any event loop. `clock` gives nanoseconds that never go backwards.
    """

    def __init__(
        self,
        *,
        max_entries: int = _spec.MAX_ENTRIES,
        max_bytes: int = _spec.MAX_BYTES,
        limits: Optional[Limits] = None,
        clock: Clock = time.monotonic_ns,
        observer: Optional[CacheObserver] = None,
    ) -> None:
        super().__init__()
        self._backend = _memory(max_entries, max_bytes, limits, clock, observer)

    async def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        result: Result = self._backend.call(operation)
        return result

    async def close(self) -> None:
        self._backend.close()


class SyncMemoryCacheStore(SyncCacheStore):
    """MemoryCacheStore's twin for threads."""

    def __init__(
        self,
        *,
        max_entries: int = _spec.MAX_ENTRIES,
        max_bytes: int = _spec.MAX_BYTES,
        limits: Optional[Limits] = None,
        clock: Clock = time.monotonic_ns,
        observer: Optional[CacheObserver] = None,
    ) -> None:
        super().__init__()
        self._backend = _memory(max_entries, max_bytes, limits, clock, observer)

    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        result: Result = self._backend.call(operation)
        return result

    def close(self) -> None:
        self._backend.close()


def _none(limits: Optional[Limits], observer: Optional[CacheObserver]) -> _InProcess:
    checked = _checked(limits)

    def answer(operation: ops.Operation[Any]) -> Any:
        checked.check_operation(operation)
        return _nothing(operation)

    return _InProcess(answer, observer, None)


def _nothing(operation: ops.Operation[Any]) -> Any:
    if isinstance(operation, ops.Increment):
        raise CacheError(
            Code.UNIMPLEMENTED,
            "caching is off, so nothing can be counted; choose a backend (memory or remote)",
        )
    if isinstance(operation, ops.Set):
        return _is_accepted(operation)
    if isinstance(operation, ops.BatchSet):
        return [ops.BatchItem(_is_accepted(entry)) for entry in operation.entries]
    return operation.miss()


def _is_accepted(entry: ops.Set) -> bool:
    return not entry.if_present and entry.if_etag is None


class NoneCacheStore(CacheStore):
    """Caching is off: every Get misses, every Set is accepted and forgotten. It refuses what a
    cache refuses, tells the observer, and costs nothing."""

    def __init__(
        self, *, limits: Optional[Limits] = None, observer: Optional[CacheObserver] = None
    ) -> None:
        super().__init__()
        self._backend = _none(limits, observer)

    async def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        result: Result = self._backend.call(operation)
        return result

    async def close(self) -> None:
        self._backend.close()


class SyncNoneCacheStore(SyncCacheStore):
    """NoneCacheStore's twin for threads."""

    def __init__(
        self, *, limits: Optional[Limits] = None, observer: Optional[CacheObserver] = None
    ) -> None:
        super().__init__()
        self._backend = _none(limits, observer)

    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        result: Result = self._backend.call(operation)
        return result

    def close(self) -> None:
        self._backend.close()
