# SPDX-License-Identifier: Apache-2.0
"""The cache that applications code against, without asyncio."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Optional, TypeVar

from . import operations as ops
from .errors import CacheError
from .jitter import Randomness, default_randomness, shortened
from .operations import (
    BatchItem,
    ExistsResult,
    GetResult,
    IncrementResult,
    Key,
    SetEntry,
)
from .single_flight import SyncSingleFlight

Result = TypeVar("Result")


class SyncCacheStore(abc.ABC):
    """A cache: keys and values are bytes, every entry has a time to live (TTL), and what was stored
    may be gone at any time. A str as key becomes UTF-8.

    The twin of CacheStore: these methods block the calling thread, and may be called from any
    number of threads. All times are seconds, as int or float; `timeout_seconds` bounds a call where
    a service is asked, and is finite in any case. A call that fails raises CacheError, whose `code`
    is INVALID_ARGUMENT for what the arguments did, UNAVAILABLE or DEADLINE_EXCEEDED for a service
    that is away or slow, RESOURCE_EXHAUSTED for too much at a time, and FAILED_PRECONDITION once
    the store is closed. A miss is no error.

    A store is complete with `call` and `close`.
    """

    def __init__(self) -> None:
        self._flights = SyncSingleFlight()

    @abc.abstractmethod
    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        """Answers one call. The methods below say it more readably."""

    @abc.abstractmethod
    def close(self) -> None:
        """Refuses calls from now on, waits for those in flight, and releases what the store holds.
        A shared service goes on for others. May be repeated."""

    def get(
        self,
        key: Key,
        *,
        touch_seconds: Optional[float] = None,
        timeout_seconds: Optional[float] = None,
    ) -> Optional[bytes]:
        """The value, or None: a miss. b"" is a hit. With `touch_seconds` the entry gets a new TTL
        from now, in the same step."""
        get = ops.Get(ops.key_bytes(key), touch_seconds=touch_seconds)
        return self.call(get, timeout_seconds).value

    def get_with(
        self,
        key: Key,
        *,
        want_etag: bool = False,
        want_ttl: bool = False,
        touch_seconds: Optional[float] = None,
        timeout_seconds: Optional[float] = None,
    ) -> GetResult:
        """The value with its etag, and with the TTL that remains (after a touch)."""
        get = ops.Get(ops.key_bytes(key), want_etag, want_ttl, touch_seconds)
        return self.call(get, timeout_seconds)

    def set(
        self,
        key: Key,
        value: bytes,
        *,
        ttl_seconds: Optional[float] = None,
        if_absent: bool = False,
        if_present: bool = False,
        if_etag: Optional[bytes] = None,
        keep_ttl: bool = False,
        timeout_seconds: Optional[float] = None,
    ) -> bool:
        """Stores the value and its TTL (None: the store's default) and answers True; or False if
        the condition is not met, of which there may be one. `keep_ttl` leaves the TTL of an entry
        that is there. RESOURCE_EXHAUSTED if the entry alone is larger than the store."""
        entry = SetEntry(key, value, ttl_seconds, if_absent, if_present, if_etag, keep_ttl)
        return self.call(ops.set_of(entry), timeout_seconds)

    def delete(
        self,
        key: Key,
        *,
        if_etag: Optional[bytes] = None,
        timeout_seconds: Optional[float] = None,
    ) -> bool:
        """Whether an entry was there (and had that etag), which is gone now."""
        return self.call(ops.Delete(ops.key_bytes(key), if_etag), timeout_seconds)

    def exists(
        self,
        key: Key,
        *,
        touch_seconds: Optional[float] = None,
        timeout_seconds: Optional[float] = None,
    ) -> bool:
        """Whether an entry is there; as `get`, without the value."""
        exists = ops.Exists(ops.key_bytes(key), touch_seconds=touch_seconds)
        return self.call(exists, timeout_seconds).exists

    def exists_with(
        self,
        key: Key,
        *,
        want_ttl: bool = False,
        touch_seconds: Optional[float] = None,
        timeout_seconds: Optional[float] = None,
    ) -> ExistsResult:
        """Whether an entry is there, and the TTL that remains (after a touch)."""
        exists = ops.Exists(ops.key_bytes(key), want_ttl, touch_seconds)
        return self.call(exists, timeout_seconds)

    def increment(
        self,
        key: Key,
        delta: int = 1,
        *,
        ttl_seconds: Optional[float] = None,
        timeout_seconds: Optional[float] = None,
    ) -> IncrementResult:
        """Adds to a counter, which is an entry whose value is its number in decimal; one that is
        absent counts as 0, and is the only one that gets the TTL. FAILED_PRECONDITION for an entry
        that is no number, OUT_OF_RANGE where the sum does not fit 64 bits. Never repeated.
        """
        increment = ops.Increment(ops.key_bytes(key), delta, ttl_seconds)
        return self.call(increment, timeout_seconds)

    def batch_get(
        self, keys: Iterable[Key], *, timeout_seconds: Optional[float] = None
    ) -> list[BatchItem[bytes]]:
        """One item for each key, in their order; its answer is None for a miss. A batch is not a
        transaction, and a large one is several calls to a service. One key that is refused refuses
        the batch; what fails for one key is the error of its item."""
        batch = ops.BatchGet(tuple(map(ops.key_bytes, keys)))
        return self.call(batch, timeout_seconds)

    def batch_set(
        self, entries: Iterable[SetEntry], *, timeout_seconds: Optional[float] = None
    ) -> list[BatchItem[bool]]:
        """For each entry, whether it was stored. Of two entries of a key the later one wins."""
        batch = ops.BatchSet(tuple(map(ops.set_of, entries)))
        return self.call(batch, timeout_seconds)

    def batch_delete(
        self, keys: Iterable[Key], *, timeout_seconds: Optional[float] = None
    ) -> list[BatchItem[bool]]:
        """For each key, whether an entry was there."""
        batch = ops.BatchDelete(tuple(map(ops.key_bytes, keys)))
        return self.call(batch, timeout_seconds)

    def batch_exists(
        self, keys: Iterable[Key], *, timeout_seconds: Optional[float] = None
    ) -> list[BatchItem[bool]]:
        """For each key, whether an entry is there."""
        batch = ops.BatchExists(tuple(map(ops.key_bytes, keys)))
        return self.call(batch, timeout_seconds)

    def clear(self, *, timeout_seconds: Optional[float] = None) -> None:
        """Removes every entry of this cache, also those that others have stored in it."""
        self.call(ops.Clear(), timeout_seconds)

    def ping(self, *, timeout_seconds: Optional[float] = None) -> None:
        """The cheapest proof that the cache answers: UNAVAILABLE if it does not."""
        self.call(ops.Ping(), timeout_seconds)

    def get_or_compute(
        self,
        key: Key,
        ttl_seconds: float,
        compute: Callable[[], bytes],
        *,
        randomness: Randomness = default_randomness,
    ) -> bytes:
        """The value that is stored; or what `compute` gives, which then is stored for the TTL,
        shortened by up to a tenth so that not all expire together.

        Of all that ask for a key at a time in this process one computes, and the others get its
        value or its error; one who is cancelled leaves the others alone. A cache that is in trouble
        is passed over, and not asked to store. What the caller has to know is raised, and if it is
        known before, nothing is computed: INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, and
        FAILED_PRECONDITION once the store is closed.
        """
        name = ops.key_bytes(key)
        ttl = shortened(ttl_seconds, randomness)

        def fill() -> bytes:
            try:
                found = self.call(ops.Get(name))
            except CacheError as error:
                found = ops.passed_over(error)
            if found.value is not None:
                return found.value
            value = ops.value_bytes(compute())
            if found.is_away:
                return value  # Another call would only cost time.
            try:
                self.set(name, value, ttl_seconds=ttl)
            except CacheError as error:
                ops.passed_over(error)
            return value

        return self._flights.do(name, fill)

    def with_prefix(self, prefix: Key) -> SyncCacheStore:
        """A view of this store that puts `prefix` before each key. Closing it closes nothing; Clear
        is refused, as a service cannot clear a part."""
        from .prefix import SyncPrefixedCacheStore

        return SyncPrefixedCacheStore(self, ops.key_bytes(prefix))

    def __enter__(self) -> SyncCacheStore:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
