# SPDX-License-Identifier: Apache-2.0
"""Fail-open: a cache that is away becomes a cache that misses, behind a breaker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Optional

import pytest

from cachestore import (
    Breaker,
    CacheError,
    CacheObserver,
    Code,
    FailOpen,
    FailOpenCacheStore,
    SetEntry,
    SyncCacheStore,
    SyncFailOpenCacheStore,
    SyncMemoryCacheStore,
)
from cachestore.operations import Operation


class _Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class _Away(SyncCacheStore):
    """Ends every call with `code` while there is one."""

    def __init__(self, code: Optional[Code] = Code.UNAVAILABLE) -> None:
        super().__init__()
        self.code = code
        self.calls = 0
        self._memory = SyncMemoryCacheStore()

    def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
        self.calls += 1
        if self.code is not None:
            raise CacheError(self.code, "away")
        return self._memory.call(operation)

    def close(self) -> None:
        pass


class _Misses(CacheObserver):
    def __init__(self) -> None:
        self.misses = 0

    def on_misses(self, operation: str, count: int) -> None:
        self.misses += count


@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED])
def test_what_is_away_misses_and_stores_nothing(code: Code) -> None:
    observer = _Misses()
    fail_open = FailOpen(Breaker(failures=100), observer)
    cache = SyncFailOpenCacheStore(_Away(code), fail_open)
    assert cache.get("k") is None
    assert cache.set("k", b"v") is False
    assert cache.exists("k") is False
    assert cache.delete("k") is False
    assert [item.result() for item in cache.batch_get(["a", "b"])] == [None, None]
    assert [item.result() for item in cache.batch_set([SetEntry("a", b"")])] == [False]
    assert fail_open.hidden_calls == 6
    assert observer.misses == 4  # Of get and exists one each, of batch_get two.


def test_what_has_no_miss_for_an_answer_raises() -> None:
    cache = SyncFailOpenCacheStore(_Away())
    calls: list[Callable[[], object]] = [cache.ping, cache.clear, lambda: cache.increment("n")]
    for call in calls:
        with pytest.raises(CacheError) as raised:
            call()
        assert raised.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("code", [Code.INVALID_ARGUMENT, Code.PERMISSION_DENIED])
def test_errors_of_the_caller_surface_and_open_no_breaker(code: Code) -> None:
    store = _Away(code)
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(failures=2)))
    for _ in range(10):
        with pytest.raises(CacheError) as raised:
            cache.get("k")
        assert raised.value.code is code
    assert store.calls == 10


def test_after_five_failures_the_service_is_left_alone_for_a_second() -> None:
    clock, store = _Clock(), _Away()
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(clock=clock)))
    for _ in range(20):
        assert cache.get("k") is None
    assert store.calls == 5
    clock.seconds += 0.999
    assert cache.get("k") is None
    assert store.calls == 5
    clock.seconds += 0.001
    assert cache.get("k") is None  # The one that tries.
    assert cache.get("k") is None
    assert store.calls == 6


def test_one_call_that_ends_well_closes_the_breaker() -> None:
    clock, store = _Clock(), _Away()
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(clock=clock)))
    for _ in range(5):
        cache.get("k")
    store.code = None
    clock.seconds += 1
    assert cache.set("k", b"v") is True
    assert cache.get("k") == b"v"
    store.code = Code.UNAVAILABLE
    for _ in range(4):
        cache.get("k")
    assert store.calls == 11  # The failures before do not count any more: it is still asked.


def test_while_one_call_tries_the_others_do_not() -> None:
    clock = _Clock()
    breaker = Breaker(failures=1, clock=clock)
    assert breaker.enter()
    breaker.failed()
    clock.seconds += 1
    assert breaker.enter()
    assert not breaker.enter()
    breaker.abandoned()
    assert breaker.enter()


def test_a_ping_asks_although_the_breaker_is_open() -> None:
    store = _Away()
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(failures=1)))
    cache.get("k")
    store.code = None
    cache.ping()
    assert store.calls == 2


def test_who_is_cancelled_while_trying_leaves_the_try_to_others() -> None:
    class _Hanging(SyncCacheStore):
        def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
            raise KeyboardInterrupt

        def close(self) -> None:
            pass

    clock = _Clock()
    breaker = Breaker(failures=1, clock=clock)
    breaker.failed()
    clock.seconds += 1
    with pytest.raises(KeyboardInterrupt):
        SyncFailOpenCacheStore(_Hanging(), FailOpen(breaker)).get("k")
    assert breaker.enter()


def test_the_one_with_asyncio_misses_too() -> None:
    from cachestore import RemoteCacheStore, RemoteOptions

    async def run() -> None:
        # Port 1 is nobody's.
        remote = RemoteCacheStore(RemoteOptions(url="grpc://127.0.0.1:1"))
        async with FailOpenCacheStore(remote) as cache:
            for _ in range(10):
                assert await cache.get("k") is None
            with pytest.raises(CacheError) as raised:
                await cache.increment("n")
            assert "not asked again yet" in str(raised.value)

    asyncio.run(run())
