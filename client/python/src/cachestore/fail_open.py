# SPDX-License-Identifier: Apache-2.0
"""Fail-open: a cache that is away becomes a cache that misses."""

from __future__ import annotations

import threading
from typing import Any, Optional, TypeVar

from . import operations as ops
from .breaker import Breaker, Permit
from .errors import CacheError, Code
from .observer import CacheObserver, tell_hits
from .store import CacheStore
from .sync_store import SyncCacheStore

Result = TypeVar("Result")

_AWAY = (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)


class FailOpen:
    """What the two fail-open stores share: the breaker, what is answered instead, and the counts.

    Hidden are UNAVAILABLE, DEADLINE_EXCEEDED and the RESOURCE_EXHAUSTED of too many calls in flight
    here, of what has a miss for an answer: Get, Exists, Set (not stored), Delete (not deleted), the
    batches and each item of them. Increment, Clear and Ping have none: they always ask, and raise.
    """

    def __init__(
        self,
        breaker: Optional[Breaker] = None,
        observer: Optional[CacheObserver] = None,
    ) -> None:
        self._breaker = breaker or Breaker()
        self._observer = observer or CacheObserver()
        self._lock = threading.Lock()
        self._hidden = 0

    @property
    def hidden_calls(self) -> int:
        """How many calls, and items of batches, were answered by a miss as the cache was away."""
        return self._hidden

    def enter(self, operation: ops.Operation[Any]) -> Optional[Permit]:
        return self._breaker.enter(always=operation.miss() is None)

    def answered(self, permit: Permit, operation: ops.Operation[Result], result: Result) -> Result:
        self._breaker.succeeded(permit)
        misses = operation.miss()
        if isinstance(result, list) and isinstance(misses, list):
            self._hide_items(operation, result, misses)
        return result

    def failed(
        self, permit: Permit, operation: ops.Operation[Result], error: BaseException
    ) -> Result:
        """Answers for a cache that could not; raises what is the caller's to see."""
        # CANCELLED is what a channel says that is closed here.
        if not isinstance(error, CacheError) or error.is_local or error.code is Code.CANCELLED:
            self._breaker.abandoned(permit)
        elif error.code in _AWAY:
            self._breaker.failed(permit)
        else:
            self._breaker.succeeded(permit)
        if not isinstance(error, CacheError) or not _is_hidden(error):
            raise error
        return self._instead(operation, error)

    def refused(self, operation: ops.Operation[Result]) -> Result:
        """Answers while the breaker is open."""
        error = CacheError(
            Code.UNAVAILABLE,
            "the cache failed a moment ago, and is not asked again yet",
            operation=operation.name,
            advice="is cache_server running? try cachectl ping",
        )
        return self._instead(operation, error)

    def _instead(self, operation: ops.Operation[Result], error: CacheError) -> Result:
        miss = operation.miss_of_away()
        if miss is None:
            raise error
        self._count(operation, miss, 1)
        return miss

    def _hide_items(
        self, operation: ops.Operation[Any], items: list[Any], misses: list[Any]
    ) -> None:
        """Puts misses in the place of items that failed as the cache was away."""
        away = [
            number
            for number, item in enumerate(items)
            if item.error is not None and item.error.code in _AWAY
        ]
        for number in away:
            items[number] = misses[number]
        if away:
            self._count(operation, [misses[number] for number in away], len(away))

    def _count(self, operation: ops.Operation[Any], misses: Any, count: int) -> None:
        with self._lock:
            self._hidden += count
        tell_hits(self._observer, operation, misses)


def _is_hidden(error: CacheError) -> bool:
    return error.code in _AWAY or (error.is_local and error.code is Code.RESOURCE_EXHAUSTED)


class FailOpenCacheStore(CacheStore):
    """A store behind a FailOpen. Closing it closes the store."""

    def __init__(self, store: CacheStore, fail_open: Optional[FailOpen] = None) -> None:
        super().__init__()
        self._store = store
        self.fail_open = fail_open or FailOpen()
        self._is_closed = False

    async def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        if self._is_closed:
            return await self._store.call(operation, timeout_seconds)  # It says so.
        permit = self.fail_open.enter(operation)
        if permit is None:
            return self.fail_open.refused(operation)
        try:
            result = await self._store.call(operation, timeout_seconds)
        except BaseException as error:
            return self.fail_open.failed(permit, operation, error)
        return self.fail_open.answered(permit, operation, result)

    async def close(self) -> None:
        self._is_closed = True
        await self._store.close()


class SyncFailOpenCacheStore(SyncCacheStore):
    """FailOpenCacheStore's twin for threads."""

    def __init__(self, store: SyncCacheStore, fail_open: Optional[FailOpen] = None) -> None:
        super().__init__()
        self._store = store
        self.fail_open = fail_open or FailOpen()
        self._is_closed = False

    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        if self._is_closed:
            return self._store.call(operation, timeout_seconds)  # It says so.
        permit = self.fail_open.enter(operation)
        if permit is None:
            return self.fail_open.refused(operation)
        try:
            result = self._store.call(operation, timeout_seconds)
        except BaseException as error:
            return self.fail_open.failed(permit, operation, error)
        return self.fail_open.answered(permit, operation, result)

    def close(self) -> None:
        self._is_closed = True
        self._store.close()
