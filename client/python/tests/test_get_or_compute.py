# SPDX-License-Identifier: Apache-2.0
"""What get_or_compute makes of a cache that fails: a trouble of the cache is passed over, an error
of the caller is raised. With asyncio and without."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

import pytest

from cachestore import (
    Breaker,
    CacheError,
    CacheStore,
    Code,
    FailOpen,
    FailOpenCacheStore,
    MemoryCacheStore,
    SyncCacheStore,
    SyncFailOpenCacheStore,
    SyncMemoryCacheStore,
)
from cachestore.operations import Operation

_TROUBLES = [
    Code.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED,
    Code.RESOURCE_EXHAUSTED,
    Code.INTERNAL,
]
_OF_CALLERS = [
    Code.INVALID_ARGUMENT,
    Code.PERMISSION_DENIED,
    Code.UNAUTHENTICATED,
    Code.FAILED_PRECONDITION,
]


class _Failing(SyncCacheStore):
    """Memory, but for what ends with an error; has the names of the calls that were made."""

    def __init__(self, **errors: Code) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._errors = errors
        self._memory = SyncMemoryCacheStore()

    def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
        self.calls.append(operation.name)
        code = self._errors.get(operation.name)
        if code is not None:
            raise CacheError(code, "as the test says")
        return self._memory.call(operation, timeout_seconds)

    def close(self) -> None:
        self._memory.close()


class _AsyncFailing(CacheStore):
    def __init__(self, failing: _Failing) -> None:
        super().__init__()
        self._failing = failing

    async def call(self, operation: Operation[Any], timeout_seconds: Optional[float] = None) -> Any:
        return self._failing.call(operation, timeout_seconds)

    async def close(self) -> None:
        self._failing.close()


class _Work:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> bytes:
        self.calls += 1
        return b"computed"


def _value_of(
    kind: str, store: _Failing, work: _Work, fail_open: Optional[FailOpen] = None
) -> bytes:
    if kind == "threads":
        threads = store if fail_open is None else SyncFailOpenCacheStore(store, fail_open)
        return threads.get_or_compute("k", 60, work)

    async def compute() -> bytes:
        return work()

    tasks: CacheStore = _AsyncFailing(store)
    tasks = tasks if fail_open is None else FailOpenCacheStore(tasks, fail_open)
    return asyncio.run(tasks.get_or_compute("k", 60, compute))


_both = pytest.mark.parametrize("kind", ["asyncio", "threads"])


@_both
@pytest.mark.parametrize("code", _TROUBLES)
def test_what_a_cache_in_trouble_does_not_read_is_computed_and_not_stored(
    kind: str, code: Code
) -> None:
    store, work = _Failing(Get=code), _Work()
    assert _value_of(kind, store, work) == b"computed"
    assert (store.calls, work.calls) == (["Get"], 1)


@_both
@pytest.mark.parametrize("code", _TROUBLES)
def test_what_a_cache_in_trouble_does_not_store_is_answered_all_the_same(
    kind: str, code: Code
) -> None:
    store, work = _Failing(Set=code), _Work()
    assert _value_of(kind, store, work) == b"computed"
    assert (store.calls, work.calls) == (["Get", "Set"], 1)


@_both
@pytest.mark.parametrize("call, times", [("Get", 0), ("Set", 1)])
@pytest.mark.parametrize("code", _OF_CALLERS)
def test_what_the_caller_has_to_know_is_raised(
    kind: str, call: str, times: int, code: Code
) -> None:
    work = _Work()
    with pytest.raises(CacheError, match="as the test says") as raised:
        _value_of(kind, _Failing(**{call: code}), work)
    assert (raised.value.code, work.calls) == (code, times)


@_both
@pytest.mark.parametrize("errors", [{}, {"Get": Code.UNAVAILABLE}])
def test_what_is_no_value_is_a_type_error_also_if_it_is_not_stored(
    kind: str, errors: dict[str, Code]
) -> None:
    work: Any = lambda: "text"
    with pytest.raises(TypeError, match="value: is a str; give bytes"):
        _value_of(kind, _Failing(**errors), work)


@_both
def test_on_a_store_that_is_closed_nothing_is_computed(kind: str) -> None:
    store, work = _Failing(), _Work()
    store.close()
    with pytest.raises(CacheError, match="store is closed"):
        _value_of(kind, store, work)
    assert work.calls == 0


@_both
def test_a_trouble_that_fail_open_hides_is_one_call_as_well(kind: str) -> None:
    store, work, fail_open = _Failing(Get=Code.UNAVAILABLE), _Work(), FailOpen()
    assert _value_of(kind, store, work, fail_open) == b"computed"
    assert (store.calls, fail_open.hidden_calls) == (["Get"], 1)


@_both
def test_behind_an_open_breaker_nothing_is_asked(kind: str) -> None:
    store, work = _Failing(Get=Code.UNAVAILABLE), _Work()
    fail_open = FailOpen(Breaker(failures=1, clock=lambda: 0))
    for _ in range(2):
        assert _value_of(kind, store, work, fail_open) == b"computed"
    assert (store.calls, work.calls) == (["Get"], 2)


def test_a_store_that_is_closed_says_so_behind_an_open_breaker() -> None:
    async def run() -> None:
        work = _Work()
        breaker = Breaker(failures=1, clock=lambda: 0)
        breaker.failed(breaker.enter() or 0)
        cache = FailOpenCacheStore(MemoryCacheStore(), FailOpen(breaker))
        await cache.close()
        with pytest.raises(CacheError, match="store is closed"):
            await cache.get_or_compute("k", 60, work)  # type: ignore[arg-type]
        assert work.calls == 0
        threads = SyncFailOpenCacheStore(SyncMemoryCacheStore(), FailOpen(breaker))
        threads.close()
        with pytest.raises(CacheError, match="store is closed"):
            threads.get("k")

    asyncio.run(run())
