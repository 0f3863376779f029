# SPDX-License-Identifier: Apache-2.0
"""A cache that programs share, with one call:

    async with create_cache_store() as cache:  # As APP_CACHE_BACKEND and so on say.
        await cache.set("greeting", b"hello", ttl_seconds=60)
        print(await cache.get("greeting"))
"""

from .breaker import Breaker
from .errors import CacheError, Code
from .fail_open import FailOpen, FailOpenCacheStore, SyncFailOpenCacheStore
from .in_process import (
    MemoryCacheStore,
    NoneCacheStore,
    SyncMemoryCacheStore,
    SyncNoneCacheStore,
)
from .limits import Limits
from .observer import CacheObserver
from .operations import (
    BatchItem,
    ExistsResult,
    GetResult,
    IncrementResult,
    Key,
    SetEntry,
)
from .remote import RemoteCacheStore
from .remote_options import RemoteOptions
from .settings import CacheSettings, create_cache_store, create_sync_cache_store
from .store import CacheStore
from .sync_remote import SyncRemoteCacheStore
from .sync_store import SyncCacheStore

__all__ = [
    "BatchItem",
    "Breaker",
    "CacheError",
    "CacheObserver",
    "CacheSettings",
    "CacheStore",
    "Code",
    "ExistsResult",
    "FailOpen",
    "FailOpenCacheStore",
    "GetResult",
    "IncrementResult",
    "Key",
    "Limits",
    "MemoryCacheStore",
    "NoneCacheStore",
    "RemoteCacheStore",
    "RemoteOptions",
    "SetEntry",
    "SyncCacheStore",
    "SyncFailOpenCacheStore",
    "SyncMemoryCacheStore",
    "SyncNoneCacheStore",
    "SyncRemoteCacheStore",
    "create_cache_store",
    "create_sync_cache_store",
]
