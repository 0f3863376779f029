# SPDX-License-Identifier: Apache-2.0
"""Views of a store that put a prefix before each key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Optional, TypeVar

from . import operations as ops
from .errors import CacheError, Code
from .jitter import Randomness, default_randomness
from .operations import Key
from .store import CacheStore
from .sync_store import SyncCacheStore

Result = TypeVar("Result")


def _under(operation: ops.Operation[Result], prefix: bytes) -> ops.Operation[Result]:
    if isinstance(operation, ops.Clear):
        raise CacheError(
            Code.FAILED_PRECONDITION,
            "a view with a prefix cannot be cleared, as this would clear what others have stored; "
            "delete its keys, or clear the store itself",
            operation=operation.name,
        )
    return operation.under(prefix)


class PrefixedCacheStore(CacheStore):
    """See CacheStore.with_prefix. Holds nothing of its own."""

    def __init__(self, store: CacheStore, prefix: bytes) -> None:
        super().__init__()
        self._store = store
        self._prefix = prefix

    async def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        return await self._store.call(_under(operation, self._prefix), timeout_seconds)

    async def get_or_compute(
        self,
        key: Key,
        ttl_seconds: float,
        compute: Callable[[], Awaitable[bytes]],
        *,
        randomness: Randomness = default_randomness,
    ) -> bytes:
        # By the store, so that those join who come through another view, or none.
        whole = self._prefix + _not_empty(ops.key_bytes(key))
        return await self._store.get_or_compute(whole, ttl_seconds, compute, randomness=randomness)

    async def close(self) -> None:
        """Closes nothing."""


class SyncPrefixedCacheStore(SyncCacheStore):
    """See SyncCacheStore.with_prefix. Holds nothing of its own."""

    def __init__(self, store: SyncCacheStore, prefix: bytes) -> None:
        super().__init__()
        self._store = store
        self._prefix = prefix

    def call(
        self, operation: ops.Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        return self._store.call(_under(operation, self._prefix), timeout_seconds)

    def get_or_compute(
        self,
        key: Key,
        ttl_seconds: float,
        compute: Callable[[], bytes],
        *,
        randomness: Randomness = default_randomness,
    ) -> bytes:
        whole = self._prefix + _not_empty(ops.key_bytes(key))
        return self._store.get_or_compute(whole, ttl_seconds, compute, randomness=randomness)

    def close(self) -> None:
        """Closes nothing."""


def _not_empty(key: bytes) -> bytes:
    if key:
        return key
    raise CacheError(Code.INVALID_ARGUMENT, "key: is empty; give a key of at least 1 byte")
