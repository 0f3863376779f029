# SPDX-License-Identifier: Apache-2.0
"""What a client survives: a service that goes, comes back, does not answer, or drains."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from servers import Server

from cachestore import (
    CacheError,
    Code,
    RemoteCacheStore,
    RemoteOptions,
    SyncRemoteCacheStore,
)

# Far beyond what anything here takes.
_BOUND_SECONDS = 30


@contextmanager
def _silence() -> Iterator[str]:
    """The URL of a socket that accepts, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"grpc://127.0.0.1:{listening.getsockname()[1]}"


def _free_url() -> str:
    with _silence() as url:
        return url


def _ends_with(code: Code, error: CacheError, *mentions: str) -> None:
    assert error.code is code, error
    for text in mentions:
        assert text in str(error), error


def test_a_service_that_never_answers_ends_the_call_with_its_deadline() -> None:
    async def run(url: str) -> CacheError:
        async with RemoteCacheStore(RemoteOptions(url=url, timeout_seconds=0.2)) as cache:
            with pytest.raises(CacheError) as raised:
                await asyncio.wait_for(cache.get("key"), _BOUND_SECONDS)
            return raised.value

    with _silence() as url:
        error = asyncio.run(run(url))
        _ends_with(Code.DEADLINE_EXCEEDED, error, "Get", url[len("grpc://") :])
        with SyncRemoteCacheStore(RemoteOptions(url=url, timeout_seconds=0.2)) as cache:
            with pytest.raises(CacheError) as raised:
                cache.get("key")
            _ends_with(Code.DEADLINE_EXCEEDED, raised.value, "Get", "allow more time")


def test_the_default_deadline_is_finite() -> None:
    assert RemoteOptions().timeout_seconds == 5
    with pytest.raises(CacheError, match="timeout_seconds: is inf"):
        RemoteCacheStore(RemoteOptions(timeout_seconds=float("inf")))


def test_a_call_may_have_a_deadline_of_its_own() -> None:
    with _silence() as url, SyncRemoteCacheStore(RemoteOptions(url=url)) as cache:
        with pytest.raises(CacheError) as raised:
            cache.get("key", timeout_seconds=0.05)
        _ends_with(Code.DEADLINE_EXCEEDED, raised.value)
        with pytest.raises(CacheError, match="timeout_seconds: is 0"):
            cache.get("key", timeout_seconds=0)


def test_a_service_that_is_paused_ends_calls_with_their_deadline_and_is_used_again() -> None:
    with Server() as server:
        with SyncRemoteCacheStore(RemoteOptions(url=server.url)) as cache:
            cache.set("key", b"value")
            server.pause()
            with pytest.raises(CacheError) as raised:
                cache.get("key", timeout_seconds=0.2)
            _ends_with(Code.DEADLINE_EXCEEDED, raised.value)
            server.resume()
            assert cache.get("key") == b"value"


def test_where_nobody_listens_the_error_says_what_to_do() -> None:
    url = _free_url()
    with SyncRemoteCacheStore(RemoteOptions(url=url)) as cache:
        with pytest.raises(CacheError) as raised:
            cache.get("a secret key")
    error = raised.value
    where = url[len("grpc://") :]
    _ends_with(Code.UNAVAILABLE, error, "connection refused", where, "try cachectl ping")
    assert "is cache_server running?" in error.remedy
    assert (error.operation, error.key_bytes, error.address) == ("Get", 12, where)
    assert len(error.key_hash) == 8 and error.key_hash in str(error)
    assert "secret" not in str(error)
    assert error.elapsed_seconds is not None


def test_a_service_that_was_stopped_is_unavailable_within_the_deadline() -> None:
    async def run() -> None:
        server = Server()
        async with RemoteCacheStore(RemoteOptions(url=server.url)) as cache:
            await cache.set("key", b"value")
            server.stop()
            with pytest.raises(CacheError) as raised:
                await asyncio.wait_for(cache.get("key"), _BOUND_SECONDS)
            _ends_with(Code.UNAVAILABLE, raised.value)

    asyncio.run(run())


def _until_it_answers(get: Any) -> Any:
    deadline = time.monotonic() + _BOUND_SECONDS
    while True:
        try:
            return get()
        except CacheError as error:
            assert error.code is Code.UNAVAILABLE, error
            assert time.monotonic() < deadline, error


def test_a_service_that_was_started_again_is_used_again() -> None:
    with Server() as first:
        address = first.address
        cache = SyncRemoteCacheStore(RemoteOptions(url=first.url))
        cache.set("key", b"value")
    with Server(listen=address):
        assert _until_it_answers(lambda: cache.get("key")) is None
        cache.set("key", b"again")
        assert cache.get("key") == b"again"
        cache.close()


def test_a_thousand_calls_at_a_time_are_all_answered(server: Server) -> None:
    async def run() -> None:
        async with RemoteCacheStore(RemoteOptions(url=server.url, timeout_seconds=30)) as cache:
            await asyncio.gather(*(cache.set(f"many:{i}", b"%d" % i) for i in range(1000)))
            values = await asyncio.gather(*(cache.get(f"many:{i}") for i in range(1000)))
            assert values == [b"%d" % i for i in range(1000)]

    asyncio.run(run())


def test_a_thousand_calls_of_many_threads_are_all_answered(server: Server) -> None:
    with SyncRemoteCacheStore(RemoteOptions(url=server.url, timeout_seconds=30)) as cache:
        with ThreadPoolExecutor(50) as threads:
            stored = threads.map(lambda i: cache.set(f"threads:{i}", b"%d" % i), range(1000))
            assert all(stored)
            values = list(threads.map(lambda i: cache.get(f"threads:{i}"), range(1000)))
    assert values == [b"%d" % i for i in range(1000)]


def test_calls_beyond_those_that_may_be_in_flight_are_refused_at_once() -> None:
    async def run(url: str) -> None:
        options = RemoteOptions(url=url, max_calls_in_flight=2, timeout_seconds=_BOUND_SECONDS)
        cache = RemoteCacheStore(options)
        waiting = [asyncio.ensure_future(cache.get("key")) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(CacheError) as raised:
            await cache.get("key")
        _ends_with(Code.RESOURCE_EXHAUSTED, raised.value, "2 calls", "max_calls_in_flight")
        for call in waiting:
            call.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await cache.close()

    with _silence() as url:
        asyncio.run(run(url))


def test_a_close_waits_for_calls_in_flight_and_leaves_the_service_alone(
    server: Server,
) -> None:
    async def run() -> None:
        cache = RemoteCacheStore(RemoteOptions(url=server.url))
        await cache.set("closing", b"value")
        reads = [asyncio.ensure_future(cache.get("closing")) for _ in range(100)]
        await asyncio.sleep(0)
        await cache.close()
        assert await asyncio.gather(*reads) == [b"value"] * 100

    asyncio.run(run())
    with SyncRemoteCacheStore(RemoteOptions(url=server.url)) as other:
        assert other.get("closing") == b"value"


def test_a_caller_that_cancels_is_cancelled_and_nothing_else() -> None:
    async def run(url: str) -> None:
        async with RemoteCacheStore(RemoteOptions(url=url)) as cache:
            call = asyncio.ensure_future(cache.get("key"))
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    with _silence() as url:
        asyncio.run(run(url))


def test_a_second_loop_takes_over_from_one_that_is_closed(server: Server) -> None:
    cache = RemoteCacheStore(RemoteOptions(url=server.url))
    asyncio.run(cache.set("loops", b"value"))
    assert asyncio.run(cache.get("loops")) == b"value"
    asyncio.run(cache.close())


def test_a_loop_beside_another_that_runs_is_refused(server: Server) -> None:
    async def run() -> CacheError:
        cache = RemoteCacheStore(RemoteOptions(url=server.url))
        await cache.get("loops")
        caught: list[CacheError] = []

        def elsewhere() -> None:
            try:
                asyncio.run(cache.get("loops"))
            except CacheError as error:
                caught.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        await cache.close()
        return caught[0]

    error = asyncio.run(run())
    _ends_with(Code.FAILED_PRECONDITION, error, "in Get", "another event loop", server.address)
    assert error.key_hash and error.elapsed_seconds is not None
