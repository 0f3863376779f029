# SPDX-License-Identifier: Apache-2.0
"""Fail-open: a cache that is away becomes a cache that misses."""

from __future__ import annotations

import threading
from typing import Any, Optional, TypeVar

from . import operations as ops
from .breaker import Breaker
from .errors import CacheError, Code
from .observer import CacheObserver, tell_hits
from .store import CacheStore
from .sync_store import SyncCacheStore

Result = TypeVar("Result")


class FailOpen:
    """What the two fail-open stores share: the breaker, what is answered instead, and the counts.

    Hidden are UNAVAILABLE and DEADLINE_EXCEEDED of what has a miss for an answer: Get, Set (not
    stored), Delete, Exists and the batches. Increment and Clear have none and raise; Ping always
    asks, so that readiness says the truth.
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
        """How many calls have been answered by a miss because the cache was away."""
        return self._hidden

    def may_call(self, operation: ops.Operation[Any]) -> bool:
        return isinstance(operation, ops.Ping) or self._breaker.enter()

    def answered(self) -> None:
        self._breaker.succeeded()

    def abandoned(self) -> None:
        self._breaker.abandoned()

    def failed(self, operation: ops.Operation[Result], error: CacheError) -> Result:
        """Answers for a cache that could not; raises what is the caller's to see."""
        if error.code not in (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED):
            self._breaker.succeeded()  # The service has answered.
            raise error
        self._breaker.failed()
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
        miss = operation.miss()
        if miss is None:
            raise error
        with self._lock:
            self._hidden += 1
        tell_hits(self._observer, operation, miss)
        return miss


class FailOpenCacheStore(CacheStore):
    """A store behind a FailOpen. Closing it closes the store."""

    def __init__(self, store: CacheStore, fail_open: Optional[FailOpen] = None) -> None:
        super().__init__()
        self._store = store
        self.fail_open = fail_open or FailOpen()

    async def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        if not self.fail_open.may_call(operation):
            return self.fail_open.refused(operation)
        try:
            result = await self._store.call(operation, timeout_seconds)
        except CacheError as error:
            return self.fail_open.failed(operation, error)
        except BaseException:
            self.fail_open.abandoned()
            raise
        self.fail_open.answered()
        return result

    async def close(self) -> None:
        await self._store.close()


class SyncFailOpenCacheStore(SyncCacheStore):
    """FailOpenCacheStore's twin for threads."""

    def __init__(self, store: SyncCacheStore, fail_open: Optional[FailOpen] = None) -> None:
        super().__init__()
        self._store = store
        self.fail_open = fail_open or FailOpen()

    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        if not self.fail_open.may_call(operation):
            return self.fail_open.refused(operation)
        try:
            result = self._store.call(operation, timeout_seconds)
        except CacheError as error:
            return self.fail_open.failed(operation, error)
        except BaseException:
            self.fail_open.abandoned()
            raise
        self.fail_open.answered()
        return result

    def close(self) -> None:
        self._store.close()
