# SPDX-License-Identifier: Apache-2.0
"""What all stores share: views, hooks, keys and values, and that the twins are twins."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import subprocess
import sys
from typing import Any

import pytest

from cachestore import (
    CacheError,
    CacheObserver,
    CacheSettings,
    CacheStore,
    Code,
    Limits,
    NoneCacheStore,
    SetEntry,
    SyncCacheStore,
    SyncMemoryCacheStore,
    SyncNoneCacheStore,
    create_cache_store,
    create_sync_cache_store,
)


class _Events(CacheObserver):
    def __init__(self) -> None:
        self.events: list[tuple[str, str, object]] = []
        self.latencies = 0

    def on_hits(self, operation: str, count: int) -> None:
        self.events.append(("hits", operation, count))

    def on_misses(self, operation: str, count: int) -> None:
        self.events.append(("misses", operation, count))

    def on_error(self, operation: str, error: CacheError) -> None:
        self.events.append(("error", operation, error.code))

    def on_latency(self, operation: str, seconds: float) -> None:
        assert seconds >= 0
        self.latencies += 1


def test_a_view_puts_its_prefix_before_each_key() -> None:
    cache = SyncMemoryCacheStore()
    view = cache.with_prefix("a:")
    view.set("k", b"1")
    view.batch_set([SetEntry("l", b"2")])
    view.increment("n", 3)
    assert [cache.get(key) for key in ("a:k", "a:l", "a:n")] == [b"1", b"2", b"3"]
    assert [item.result() for item in view.batch_get(["k", "l"])] == [b"1", b"2"]
    assert [item.result() for item in view.batch_exists(["k", "x"])] == [True, False]
    assert [item.result() for item in view.batch_delete(["k", "x"])] == [True, False]
    nested = view.with_prefix(b"b:")
    nested.set("k", b"4")
    assert cache.get("a:b:k") == b"4"


def test_to_close_a_view_closes_nothing() -> None:
    cache = SyncMemoryCacheStore()
    with cache.with_prefix("a:") as view:
        view.set("k", b"1")
    assert view.get("k") == b"1"
    assert cache.get("a:k") == b"1"


def test_a_view_cannot_be_cleared() -> None:
    cache = SyncMemoryCacheStore()
    cache.set("k", b"1")
    with pytest.raises(CacheError, match="cannot be cleared") as raised:
        cache.with_prefix("a:").clear()
    assert raised.value.code is Code.FAILED_PRECONDITION
    assert cache.get("k") == b"1"


def test_an_empty_key_does_not_become_one_by_a_prefix() -> None:
    view = SyncMemoryCacheStore().with_prefix("a:")
    with pytest.raises(CacheError, match="key: is empty"):
        view.get("")
    with pytest.raises(CacheError, match=r"keys\[1\]: is empty"):
        view.batch_get(["k", ""])
    with pytest.raises(CacheError, match=r"entries\[0\].key: is empty"):
        view.batch_set([SetEntry("", b"v")])


def test_hooks_hear_of_hits_misses_errors_and_latency() -> None:
    observer = _Events()
    cache = SyncMemoryCacheStore(observer=observer)
    cache.set("k", b"")
    cache.get("k")
    cache.get("absent")
    cache.exists("k")
    cache.batch_get(["k", "absent", "k"])
    with pytest.raises(CacheError):
        cache.get("")
    assert observer.events == [
        ("hits", "Get", 1),
        ("misses", "Get", 1),
        ("hits", "Exists", 1),
        ("hits", "BatchGet", 2),
        ("misses", "BatchGet", 1),
        ("error", "Get", Code.INVALID_ARGUMENT),
    ]
    assert observer.latencies == 6


def test_a_hook_that_raises_ends_no_call() -> None:
    class _Raising(CacheObserver):
        def on_misses(self, operation: str, count: int) -> None:
            raise ZeroDivisionError

    assert SyncMemoryCacheStore(observer=_Raising()).get("k") is None


def test_a_str_as_key_is_its_utf8() -> None:
    cache = SyncMemoryCacheStore()
    cache.set("schlüssel", b"1")
    assert cache.get("schlüssel".encode()) == b"1"


def test_what_is_no_key_and_no_value_is_a_type_error() -> None:
    cache: Any = SyncMemoryCacheStore()
    with pytest.raises(TypeError, match="key: is a int; give str or bytes"):
        cache.get(1)
    with pytest.raises(TypeError, match="value: is a str; give bytes"):
        cache.set("k", "text")


def test_two_conditions_are_refused() -> None:
    with pytest.raises(CacheError, match="more than one is given"):
        SyncMemoryCacheStore().set("k", b"v", if_absent=True, if_present=True)


def test_an_error_has_facts_and_no_secrets_also_when_it_was_pickled() -> None:
    cache = SyncMemoryCacheStore(limits=Limits(max_key_bytes=4))
    with pytest.raises(CacheError) as raised:
        cache.set("secret", b"value")
    error = pickle.loads(pickle.dumps(raised.value))
    assert str(error) == str(raised.value)
    assert (error.code, error.operation, error.key_bytes) == (Code.INVALID_ARGUMENT, "Set", 6)
    assert "secret" not in str(error)


def test_the_clock_of_a_memory_store_decides_what_has_expired() -> None:
    now = [0]
    cache = SyncMemoryCacheStore(clock=lambda: now[0])
    cache.set("k", b"v", ttl_seconds=1)
    now[0] = 999_999_999
    assert cache.get_with("k", want_ttl=True).ttl_seconds == 0.001
    now[0] = 1_000_000_000
    assert cache.get("k") is None


def test_a_memory_store_stays_within_its_bytes_whatever_is_written() -> None:
    cache = SyncMemoryCacheStore(max_bytes=10_000)
    table = cache._backend._table
    assert table is not None
    for number in range(5000):
        cache.set(f"k{number % 90}", b"x" * (number % 700), ttl_seconds=1 + number % 13)
        assert table.size_bytes <= 10_000
        assert len(table._order) <= 2 * len(table) + 65


def test_none_misses_stores_nothing_and_counts_nothing() -> None:
    cache = SyncNoneCacheStore()
    assert cache.set("k", b"v") is True
    assert cache.get("k") is None
    assert cache.set("k", b"v", if_present=True) is False
    with pytest.raises(CacheError) as raised:
        cache.increment("n")
    assert raised.value.code is Code.UNIMPLEMENTED
    cache.close()
    with pytest.raises(CacheError, match="store is closed"):
        cache.get("k")


@pytest.mark.parametrize("kind", [SyncNoneCacheStore, SyncMemoryCacheStore])
def test_what_is_in_this_process_has_limits_and_an_observer(kind: Any) -> None:
    observer = _Events()
    cache = kind(limits=Limits(max_key_bytes=3), observer=observer)
    cache.get("k")
    cache.batch_get(["a", "b"])
    with pytest.raises(CacheError, match="the limit is 3 bytes"):
        cache.get("long")
    assert observer.events == [
        ("misses", "Get", 1),
        ("misses", "BatchGet", 2),
        ("error", "Get", Code.INVALID_ARGUMENT),
    ]
    with pytest.raises(CacheError, match="default_ttl: is 0"):
        kind(limits=Limits(default_ttl_seconds=0))


def test_settings_reach_a_cache_that_is_off() -> None:
    observer = _Events()
    settings = CacheSettings(backend="none", max_key_bytes=3)
    cache = create_sync_cache_store(settings, observer=observer)
    with pytest.raises(CacheError, match="the limit is 3 bytes"):
        cache.get("long")

    async def run() -> None:
        async with create_cache_store(settings, observer=observer) as tasks:
            with pytest.raises(CacheError, match="the limit is 3 bytes"):
                await tasks.get("long")

    asyncio.run(run())
    assert observer.events == [("error", "Get", Code.INVALID_ARGUMENT)] * 2


def test_the_twins_have_the_same_methods_with_the_same_arguments() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(method).parameters)
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        }

    assert methods(CacheStore) == methods(SyncCacheStore)
    assert inspect.isabstract(CacheStore) and inspect.isabstract(SyncCacheStore)
    assert isinstance(NoneCacheStore(), CacheStore)


def test_fastapi_is_imported_by_its_own_part_alone() -> None:
    code = "import sys, cachestore; print('fastapi' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert said.stdout == "False\n"
