# SPDX-License-Identifier: Apache-2.0
"""get_or_compute: one computes, all get it; a cache that fails never fails the computing."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

import pytest

from cachestore import CacheError, CacheStore, Code, MemoryCacheStore, SyncMemoryCacheStore
from cachestore.operations import Operation
from cachestore.single_flight import SyncSingleFlight


class _Broken(CacheStore):
    async def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
        raise CacheError(Code.UNAVAILABLE, "away")

    async def close(self) -> None:
        pass


class _Work:
    """What is computed, once it is told to go on; counts its calls."""

    def __init__(self, error: Optional[Exception] = None) -> None:
        self.calls = 0
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self._error = error

    async def __call__(self) -> bytes:
        self.calls += 1
        self.began.set()
        await self.go_on.wait()
        if self._error is not None:
            raise self._error
        return b"computed"


def test_of_many_who_ask_one_computes_and_all_get_it() -> None:
    async def run() -> None:
        cache, work = MemoryCacheStore(), _Work()
        callers = [asyncio.ensure_future(cache.get_or_compute("k", 60, work)) for _ in range(100)]
        await work.began.wait()
        work.go_on.set()
        assert await asyncio.gather(*callers) == [b"computed"] * 100
        assert work.calls == 1
        assert await cache.get_or_compute("k", 60, work) == b"computed"
        assert work.calls == 1

    asyncio.run(run())


def test_who_joins_gets_the_real_error_and_the_next_one_computes_anew() -> None:
    async def run() -> None:
        cache, work = MemoryCacheStore(), _Work(error=ZeroDivisionError("real"))
        callers = [asyncio.ensure_future(cache.get_or_compute("k", 60, work)) for _ in range(3)]
        await work.began.wait()
        work.go_on.set()
        for caller in callers:
            with pytest.raises(ZeroDivisionError, match="real"):
                await caller
        assert work.calls == 1
        with pytest.raises(ZeroDivisionError):
            await cache.get_or_compute("k", 60, work)
        assert work.calls == 2

    asyncio.run(run())


def test_that_the_first_caller_is_cancelled_does_not_fail_the_others() -> None:
    async def run() -> None:
        cache, work = MemoryCacheStore(), _Work()
        first = asyncio.ensure_future(cache.get_or_compute("k", 60, work))
        await work.began.wait()
        second = asyncio.ensure_future(cache.get_or_compute("k", 60, work))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        work.go_on.set()
        assert await second == b"computed"
        assert work.calls == 1

    asyncio.run(run())


def test_when_the_last_caller_is_cancelled_the_work_is_too() -> None:
    async def run() -> None:
        ended = asyncio.Event()

        async def work() -> bytes:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return b""

        began = asyncio.Event()
        caller = asyncio.ensure_future(MemoryCacheStore().get_or_compute("k", 60, work))
        await began.wait()
        caller.cancel()
        await asyncio.wait_for(ended.wait(), 30)

    asyncio.run(run())


def test_a_cache_that_fails_does_not_fail_the_computing() -> None:
    async def compute() -> bytes:
        return b"computed"

    assert asyncio.run(_Broken().get_or_compute("k", 60, compute)) == b"computed"


def test_a_key_or_a_ttl_that_is_none_is_refused_before_anything_is_computed() -> None:
    async def run() -> None:
        work = _Work()
        for key, ttl in (("", 60.0), ("k", 0.0), ("k", -1.0), ("k", float("nan"))):
            with pytest.raises(CacheError) as raised:
                await MemoryCacheStore().get_or_compute(key, ttl, work)
            assert raised.value.code is Code.INVALID_ARGUMENT
        assert work.calls == 0

    asyncio.run(run())


def test_an_empty_value_that_is_stored_is_not_computed_again() -> None:
    cache = SyncMemoryCacheStore()
    cache.set("k", b"")
    assert cache.get_or_compute("k", 60, lambda: b"computed") == b""


@pytest.mark.parametrize("random, ttl", [(0.0, 100.0), (0.5, 95.0), (1.0, 90.0)])
def test_the_ttl_is_shortened_by_up_to_a_tenth(random: float, ttl: float) -> None:
    cache = SyncMemoryCacheStore(clock=lambda: 0)
    cache.get_or_compute("k", 100, lambda: b"v", randomness=lambda: random)
    assert cache.get_with("k", want_ttl=True).ttl_seconds == ttl


def test_those_who_come_through_a_view_join_those_of_the_store() -> None:
    async def run() -> None:
        cache, work = MemoryCacheStore(), _Work()
        whole = asyncio.ensure_future(cache.get_or_compute("a:k", 60, work))
        view = asyncio.ensure_future(cache.with_prefix("a:").get_or_compute("k", 60, work))
        await work.began.wait()
        work.go_on.set()
        assert [await whole, await view] == [b"computed"] * 2
        assert work.calls == 1

    asyncio.run(run())


def test_of_many_threads_one_computes_and_all_get_it() -> None:
    began, go_on, calls = threading.Event(), threading.Event(), []

    def compute() -> bytes:
        calls.append(1)
        began.set()
        assert go_on.wait(30)
        return b"computed"

    cache = SyncMemoryCacheStore()
    with ThreadPoolExecutor(10) as threads:
        callers = [threads.submit(cache.get_or_compute, "k", 60, compute) for _ in range(10)]
        assert began.wait(30)
        go_on.set()
        assert [caller.result() for caller in callers] == [b"computed"] * 10
    assert len(calls) == 1


def test_a_thread_that_is_interrupted_leaves_the_work_to_another() -> None:
    flights, began, go_on = SyncSingleFlight(), threading.Event(), threading.Event()

    def interrupted() -> bytes:
        began.set()
        assert go_on.wait(30)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(flights.do, b"k", interrupted)
        assert began.wait(30)
        second = threads.submit(flights.do, b"k", lambda: b"computed")
        go_on.set()
        with pytest.raises(KeyboardInterrupt):
            first.result()
        assert second.result() == b"computed"
