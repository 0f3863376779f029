# SPDX-License-Identifier: Apache-2.0
"""Batches over a service: those that are larger than a message, and those of which a part fails.
With asyncio and without."""

from __future__ import annotations

import asyncio
import hashlib
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from scripted_service import scripted
from servers import Server

from cachestore import (
    BatchItem,
    CacheError,
    Code,
    RemoteCacheStore,
    RemoteOptions,
    SetEntry,
    SyncMemoryCacheStore,
    SyncRemoteCacheStore,
)
from cachestore._stubs import batch_pb2

_MAX_BATCH_BYTES = 10_000

#: Makes a call by its name and arguments.
Perform = Callable[..., Any]


def _performing(kind: str, options: RemoteOptions) -> Perform:
    def perform(name: str, *arguments: Any) -> Any:
        if kind == "threads":
            with SyncRemoteCacheStore(options) as threads:
                return getattr(threads, name)(*arguments)

        async def run() -> Any:
            async with RemoteCacheStore(options) as cache:
                return await getattr(cache, name)(*arguments)

        return asyncio.run(run())

    return perform


@pytest.fixture(scope="module")
def small() -> Iterator[str]:
    """The URL of a service that takes and gives batches of few bytes."""
    with Server(f"--max_batch_bytes={_MAX_BATCH_BYTES}", "--max_value_bytes=20000") as server:
        yield server.url


@pytest.fixture(params=["asyncio", "threads"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def perform(kind: str, small: str) -> Perform:
    perform = _performing(kind, RemoteOptions(url=small, max_batch_bytes=_MAX_BATCH_BYTES))
    perform("clear")
    return perform


_KEYS = [f"key {i}" for i in range(10, 50)]
_ENTRIES = [SetEntry(key, key[-2:].encode() * 500) for key in _KEYS]


def _results(items: list[BatchItem[Any]]) -> list[Any]:
    return [item.result() for item in items]


def test_a_batch_that_is_larger_than_a_request_may_be_is_sent_in_parts(perform: Perform) -> None:
    assert _results(perform("batch_set", _ENTRIES)) == [True] * 40
    long_keys = [f"{key} {'x' * 900}" for key in _KEYS]
    assert _results(perform("batch_exists", [*long_keys, *_KEYS])) == [False] * 40 + [True] * 40
    assert _results(perform("batch_delete", [*_KEYS, *long_keys])) == [True] * 40 + [False] * 40


def test_without_parts_the_service_would_refuse_it(kind: str, small: str) -> None:
    perform = _performing(kind, RemoteOptions(url=small))
    with pytest.raises(CacheError, match="max_batch_bytes"):
        perform("batch_set", _ENTRIES)


def test_values_for_which_a_reply_has_no_room_are_fetched(perform: Perform) -> None:
    perform("batch_set", _ENTRIES)
    perform("set", "larger than a reply", b"x" * 20_000)
    keys = ["absent", *_KEYS, "larger than a reply", *reversed(_KEYS)]
    values = [entry.value for entry in _ENTRIES]
    expected = [None, *values, b"x" * 20_000, *reversed(values)]
    assert _results(perform("batch_get", keys)) == expected


def test_an_entry_that_is_larger_than_a_batch_goes_by_itself(perform: Perform) -> None:
    large = SetEntry("large", b"x" * 20_000)
    entries = [*_ENTRIES[:3], large, SetEntry("large", b"", if_absent=True), _ENTRIES[3]]
    assert _results(perform("batch_set", entries)) == [True] * 4 + [False, True]
    assert perform("get", "large") == large.value
    too_large = SetEntry("k", b"x" * 20_001)
    with pytest.raises(CacheError, match=r"entries\[1\]\.value: is 20001 bytes.*first 1 were"):
        perform("batch_set", [_ENTRIES[0], too_large])
    with pytest.raises(CacheError, match=r"entries\[0\]\.value: is 20001 bytes"):
        perform("batch_set", [too_large])
    forever = SetEntry("k", b"x" * 20_000, ttl_seconds=math.inf)
    with pytest.raises(CacheError, match=r"entries\[1\]\.ttl: is inf"):
        perform("batch_set", [_ENTRIES[0], forever])


@pytest.mark.parametrize("code", [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE])
def test_what_fails_for_one_large_entry_is_its_own_error_unless_the_service_is_away(
    kind: str, code: Code
) -> None:
    def end(name: str, _: bytes) -> Any:
        if name == "Set":
            return getattr(grpc.StatusCode, code.name)
        results = [batch_pb2.BatchSetResult(stored=True)]
        return batch_pb2.BatchSetResponse(results=results).SerializeToString()

    with scripted(end) as (url, _):
        perform = _performing(kind, RemoteOptions(url=url, max_batch_bytes=200))
        small, large = SetEntry("small", b""), SetEntry("large", b"x" * 200)
        items = perform("batch_set", [small, large, small])
        assert items[0].result() is True and items[1].error.code is code
        after = items[2].error
        assert (after is None) if code is Code.RESOURCE_EXHAUSTED else (after.code is code)


def test_an_entry_that_the_service_refuses_has_its_number_in_the_whole_batch(
    perform: Perform,
) -> None:
    entries = [*_ENTRIES[:30], SetEntry("", b"v"), *_ENTRIES[30:]]
    with pytest.raises(CacheError, match=r"entries\[30\]\.key: is empty.*first 27 were") as raised:
        perform("batch_set", entries)
    assert raised.value.code is Code.INVALID_ARGUMENT
    assert _results(perform("batch_exists", _KEYS)) == [True] * 27 + [False] * 13


def test_an_entry_that_no_message_can_carry_is_refused_before_a_part_is_sent(
    perform: Perform,
) -> None:
    entries = [*_ENTRIES[:30], SetEntry("k", b"v", ttl_seconds=math.nan)]
    with pytest.raises(CacheError, match=r"entries\[30\]\.ttl: is nan"):
        perform("batch_set", entries)
    assert _results(perform("batch_exists", _KEYS)) == [False] * 40


def test_how_large_a_batch_may_be_is_more_than_nothing() -> None:
    with pytest.raises(CacheError, match="max_batch_bytes: is 0; give a number from 1"):
        RemoteCacheStore(RemoteOptions(max_batch_bytes=0))


def _values(*values: bytes) -> bytes:
    results = [batch_pb2.BatchGetResult(value=value) for value in values]
    message: bytes = batch_pb2.BatchGetResponse(results=results).SerializeToString()
    return message


def _keys_of(request: bytes) -> list[bytes]:
    return list(batch_pb2.BatchGetRequest.FromString(request).keys)


def _check_facts(error: CacheError, key: bytes, url: str) -> None:
    assert (error.operation, error.key_bytes) == ("BatchGet", len(key))
    assert error.key_hash == hashlib.sha256(key).hexdigest()[:8]
    assert f"grpc://{error.address}" == url
    assert error.elapsed_seconds is not None


@pytest.mark.parametrize("code", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INTERNAL])
def test_if_a_later_part_fails_its_items_and_those_after_it_do(kind: str, code: Any) -> None:
    def end(_: str, request: bytes) -> Any:
        keys = _keys_of(request)
        return code if b"c" in keys else _values(*keys)

    with scripted(end) as (url, script):
        perform = _performing(kind, RemoteOptions(url=url, max_batch_bytes=140))
        items = perform("batch_get", list("abcdef"))
        assert _results(items[:2]) == [b"a", b"b"]
        assert len(items) == 6 and script.calls == ["BatchGet"] * 2
        for key, item in zip(b"cdef", items[2:]):
            assert item.error.code.name == code.name
            _check_facts(item.error, bytes([key]), url)


def test_if_the_first_part_fails_the_batch_does(kind: str) -> None:
    with scripted(lambda *_: grpc.StatusCode.PERMISSION_DENIED) as (url, script):
        perform = _performing(kind, RemoteOptions(url=url, max_batch_bytes=140))
        with pytest.raises(CacheError, match="as the script says"):
            perform("batch_get", list("abcdef"))
        assert script.calls == ["BatchGet"]


def test_the_error_of_an_item_has_what_errors_of_calls_have(kind: str) -> None:
    def end(name: str, _: bytes) -> Any:
        if name == "Get":
            return grpc.StatusCode.FAILED_PRECONDITION
        away = batch_pb2.ItemError(code=Code.UNAVAILABLE, message="away")
        full = batch_pb2.ItemError(code=Code.RESOURCE_EXHAUSTED, message="full")
        results = [batch_pb2.BatchGetResult(error=error) for error in (away, full)]
        return batch_pb2.BatchGetResponse(results=results).SerializeToString()

    with scripted(end) as (url, _):
        away, full = _performing(kind, RemoteOptions(url=url))("batch_get", ["one", "other"])
        assert (away.error.code, away.error.message) == (Code.UNAVAILABLE, "away")
        _check_facts(away.error, b"one", url)
        assert full.error.code is Code.FAILED_PRECONDITION  # As its own Get said.
        _check_facts(full.error, b"other", url)


def test_all_that_a_batch_sends_shares_its_deadline(kind: str) -> None:
    go_on = threading.Event()

    def end(name: str, request: bytes) -> Any:
        if name == "Get":
            if script.calls.count("Get") <= 8:
                go_on.wait(30)
            return b""
        full = batch_pb2.BatchGetResult(error=batch_pb2.ItemError(code=Code.RESOURCE_EXHAUSTED))
        results = [full for _ in _keys_of(request)]
        return batch_pb2.BatchGetResponse(results=results).SerializeToString()

    with scripted(end) as (url, script):
        options = RemoteOptions(url=url, timeout_seconds=0.3)
        items = _performing(kind, options)("batch_get", [f"key {i}" for i in range(20)])
        go_on.set()
        # Eight are fetched at a time, and for the others there is as good as no time left.
        assert {item.error.code for item in items[:8]} == {Code.DEADLINE_EXCEEDED}
        assert all(seconds < 0.2 for seconds in script.remaining_seconds[9:])


def test_the_error_of_an_item_in_memory_has_its_key() -> None:
    cache = SyncMemoryCacheStore(max_bytes=300)
    fits, full = cache.batch_set([SetEntry("fits", b""), SetEntry("full", b"x" * 300)])
    assert fits.result() is True and full.error is not None
    assert (full.error.code, full.error.operation) == (Code.RESOURCE_EXHAUSTED, "BatchSet")
    assert full.error.key_hash == hashlib.sha256(b"full").hexdigest()[:8]


@pytest.mark.parametrize("values", [[], [b"1"], [b"1", b"2", b"3"]])
def test_an_answer_of_another_number_of_results_is_internal(kind: str, values: list[bytes]) -> None:
    with scripted(lambda *_: _values(*values)) as (url, _):
        with pytest.raises(CacheError, match=f"answered {len(values)} results for 2") as raised:
            _performing(kind, RemoteOptions(url=url))("batch_get", ["a", "b"])
        assert raised.value.code is Code.INTERNAL


@pytest.mark.parametrize("call", [("get", "k"), ("ping",), ("batch_get", ["k"])])
def test_an_answer_that_is_no_message_is_internal(kind: str, call: tuple[Any, ...]) -> None:
    with scripted(lambda *_: b"\xff\xff") as (url, _):
        with pytest.raises(CacheError, match="answered what is no .*Response") as raised:
            _performing(kind, RemoteOptions(url=url))(*call)
        assert raised.value.code is Code.INTERNAL
        assert f"grpc://{raised.value.address}" == url
