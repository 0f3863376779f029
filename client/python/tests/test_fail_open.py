# SPDX-License-Identifier: Apache-2.0
"""Fail-open: a cache that is away becomes a cache that misses, behind a breaker."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Optional

import pytest

from cachestore import (
    BatchItem,
    Breaker,
    CacheError,
    CacheObserver,
    Code,
    FailOpen,
    FailOpenCacheStore,
    RemoteCacheStore,
    RemoteOptions,
    SetEntry,
    SyncCacheStore,
    SyncFailOpenCacheStore,
    SyncMemoryCacheStore,
    SyncRemoteCacheStore,
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


def _entered(breaker: Breaker) -> int:
    permit = breaker.enter()
    assert permit is not None
    return permit


def _opened(clock: _Clock) -> Breaker:
    breaker = Breaker(failures=1, clock=clock)
    breaker.failed(_entered(breaker))
    return breaker


def test_while_one_call_tries_the_others_do_not() -> None:
    clock = _Clock()
    breaker = _opened(clock)
    clock.seconds += 1
    trial = _entered(breaker)
    assert breaker.enter() is None
    clock.seconds += 1000
    assert breaker.enter() is None  # However long it hangs.
    breaker.abandoned(trial)
    assert breaker.enter() is not None


@pytest.mark.parametrize("end", [Breaker.succeeded, Breaker.failed, Breaker.abandoned])
def test_a_straggler_ends_no_trial_and_lengthens_no_pause(
    end: Callable[[Breaker, int], None],
) -> None:
    clock = _Clock()
    breaker = Breaker(failures=1, clock=clock)
    straggler, other = _entered(breaker), _entered(breaker)
    breaker.failed(other)
    clock.seconds += 0.5
    end(breaker, straggler)
    assert breaker.enter() is None
    clock.seconds += 0.5
    trial = _entered(breaker)
    end(breaker, straggler)
    assert breaker.enter() is None
    breaker.succeeded(trial)
    end(breaker, straggler)
    assert breaker.enter() is not None


def test_what_asks_always_is_the_trial_or_has_no_effect() -> None:
    clock = _Clock()
    breaker = _opened(clock)
    early = breaker.enter(always=True)
    assert early is not None
    breaker.succeeded(early)
    assert breaker.enter() is None
    clock.seconds += 1
    trial = breaker.enter(always=True)
    assert trial is not None
    assert breaker.enter() is None
    breaker.succeeded(trial)
    assert breaker.enter() is not None


def test_an_answer_that_is_an_error_ends_a_row_of_failures() -> None:
    store = _Away()
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(failures=2)))
    for _ in range(5):
        store.code = Code.UNAVAILABLE
        assert cache.get("k") is None
        store.code = Code.PERMISSION_DENIED
        with pytest.raises(CacheError):
            cache.get("k")
    assert store.calls == 10


@contextmanager
def _silence() -> Iterator[RemoteOptions]:
    """A socket that accepts and never answers, and one call at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"grpc://127.0.0.1:{listening.getsockname()[1]}"
        yield RemoteOptions(url=url, max_calls_in_flight=1, timeout_seconds=30)


def test_too_many_calls_in_flight_are_misses_that_tell_the_breaker_nothing() -> None:
    async def run(options: RemoteOptions) -> None:
        breaker = Breaker(failures=2)
        cache = FailOpenCacheStore(RemoteCacheStore(options), FailOpen(breaker))
        hanging = asyncio.ensure_future(cache.get("k"))
        await asyncio.sleep(0)
        for _ in range(10):
            assert await cache.get("k") is None
            assert await cache.set("k", b"v") is False
        assert cache.fail_open.hidden_calls == 20
        with pytest.raises(CacheError) as raised:
            await cache.increment("n")
        assert raised.value.code is Code.RESOURCE_EXHAUSTED
        assert breaker.enter() == 0  # As at its beginning.
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        await cache.close()

    with _silence() as options:
        asyncio.run(run(options))


def test_what_never_left_the_process_does_not_end_a_row_of_failures() -> None:
    clock = _Clock()
    breaker = Breaker(failures=2, clock=clock)
    with _silence() as options:
        cache = SyncFailOpenCacheStore(SyncRemoteCacheStore(options), FailOpen(breaker))
        assert cache.get("k", timeout_seconds=0.05) is None
        for _ in range(3):
            with pytest.raises(CacheError, match="timeout_seconds"):
                cache.get("k", timeout_seconds=-1)
            with pytest.raises(CacheError, match="ttl"):
                cache.set("k", b"v", ttl_seconds=float("nan"))
        assert cache.get("k", timeout_seconds=0.05) is None
        assert breaker.enter() is None
        clock.seconds += 1
        with pytest.raises(CacheError, match="timeout_seconds"):
            cache.get("k", timeout_seconds=-1)
        trial = breaker.enter()  # Given back.
        assert trial is not None
        breaker.abandoned(trial)
        cache.close()
        with pytest.raises(CacheError, match="closed"):
            cache.get("k")
        assert breaker.enter() is not None


def test_others_miss_at_once_while_a_trial_hangs() -> None:
    async def run(options: RemoteOptions) -> None:
        clock = _Clock()
        breaker = _opened(clock)
        cache = FailOpenCacheStore(RemoteCacheStore(options), FailOpen(breaker))
        clock.seconds += 1
        trial = asyncio.ensure_future(cache.get("k"))
        await asyncio.sleep(0)
        for _ in range(10):
            assert await asyncio.wait_for(cache.get("k"), 10) is None
        assert not trial.done()
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)
        assert breaker.enter() is not None
        await cache.close()

    with _silence() as options:
        asyncio.run(run(options))


def test_items_of_a_batch_that_failed_are_misses_and_counted() -> None:
    class _Half(_Away):
        def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
            away = BatchItem[Any](error=CacheError(Code.UNAVAILABLE, "away"))
            full = BatchItem[Any](error=CacheError(Code.RESOURCE_EXHAUSTED, "full"))
            return [away, full, BatchItem(b"v")]

    observer = _Misses()
    fail_open = FailOpen(observer=observer)
    cache = SyncFailOpenCacheStore(_Half(), fail_open)
    away, full, there = cache.batch_get(["a", "b", "c"])
    assert (away.result(), there.result()) == (None, b"v")
    with pytest.raises(CacheError, match="full"):
        full.result()
    assert (fail_open.hidden_calls, observer.misses) == (1, 1)
    assert cache.batch_delete(["a", "b", "c"])[0].result() is False


def test_what_cannot_miss_asks_although_the_breaker_is_open() -> None:
    store = _Away()
    cache = SyncFailOpenCacheStore(store, FailOpen(Breaker(failures=1)))
    cache.get("k")
    store.code = None
    cache.ping()
    cache.clear()
    assert cache.increment("n").value == 1
    assert store.calls == 4


def test_who_is_cancelled_while_trying_leaves_the_try_to_others() -> None:
    class _Hanging(SyncCacheStore):
        def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
            raise KeyboardInterrupt

        def close(self) -> None:
            pass

    clock = _Clock()
    breaker = _opened(clock)
    clock.seconds += 1
    with pytest.raises(KeyboardInterrupt):
        SyncFailOpenCacheStore(_Hanging(), FailOpen(breaker)).get("k")
    assert breaker.enter() is not None


def test_the_one_with_asyncio_misses_too() -> None:
    async def run() -> None:
        # Port 1 is nobody's.
        remote = RemoteCacheStore(RemoteOptions(url="grpc://127.0.0.1:1"))
        async with FailOpenCacheStore(remote) as cache:
            for _ in range(10):
                assert await cache.get("k") is None
            with pytest.raises(CacheError) as raised:
                await cache.increment("n")
            assert "connection refused" in str(raised.value)

    asyncio.run(run())
