# SPDX-License-Identifier: Apache-2.0
"""Which calls are made again where the service is unavailable, and which never are."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from scripted_service import scripted

from cachestore import CacheError, Code, RemoteCacheStore, RemoteOptions, SyncRemoteCacheStore


def test_a_call_that_the_service_cancels_is_unavailable() -> None:
    async def run(url: str) -> CacheError:
        async with RemoteCacheStore(RemoteOptions(url=url)) as cache:
            with pytest.raises(CacheError) as raised:
                await cache.get("key")
            return raised.value

    with scripted(lambda *_: grpc.StatusCode.CANCELLED) as (url, _):
        error = asyncio.run(run(url))
        assert error.code is Code.UNAVAILABLE
        assert "ended the call" in error.message and error.remedy == "try again"
        with SyncRemoteCacheStore(RemoteOptions(url=url)) as cache:
            with pytest.raises(CacheError) as raised:
                cache.get("key")
            assert raised.value.code is Code.UNAVAILABLE


_REPEATED: dict[str, Any] = {
    "get": lambda cache: cache.get("k"),
    "exists": lambda cache: cache.exists("k"),
    "ping": lambda cache: cache.ping(),
    "clear": lambda cache: cache.clear(),
    "set": lambda cache: cache.set("k", b"v"),
    "batch_get": lambda cache: cache.batch_get(["k"]),
}
_NEVER_REPEATED: dict[str, Any] = {
    "a touching get": lambda cache: cache.get("k", touch_seconds=1),
    "a touching exists": lambda cache: cache.exists("k", touch_seconds=1),
    "a conditional set": lambda cache: cache.set("k", b"v", if_absent=True),
    "a set that keeps the TTL": lambda cache: cache.set("k", b"v", keep_ttl=True),
    "delete": lambda cache: cache.delete("k"),
    "increment": lambda cache: cache.increment("n"),
    "batch_delete": lambda cache: cache.batch_delete(["k"]),
}


@pytest.mark.parametrize("name", [*_REPEATED, *_NEVER_REPEATED])
def test_what_is_unavailable_is_repeated_if_it_may_be(name: str) -> None:
    call = {**_REPEATED, **_NEVER_REPEATED}[name]
    with scripted(lambda *_: grpc.StatusCode.UNAVAILABLE) as (url, script):
        with SyncRemoteCacheStore(RemoteOptions(url=url)) as cache:
            with pytest.raises(CacheError, match="as the script says"):
                call(cache)
    assert len(script.calls) == (4 if name in _REPEATED else 1), script.calls
