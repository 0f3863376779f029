# SPDX-License-Identifier: Apache-2.0
"""The contract (tests/contract), played over the service and in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Optional

import pytest
from contract_cases import Case, play, read_cases
from servers import Server

from cachestore import (
    CacheStore,
    Limits,
    MemoryCacheStore,
    NoneCacheStore,
    RemoteCacheStore,
    RemoteOptions,
    SyncMemoryCacheStore,
    SyncNoneCacheStore,
    SyncRemoteCacheStore,
)
from cachestore.durations import parse_seconds

ALL = read_cases()
IN_PROCESS = [case for case in ALL if case.backend in ("memory", "none")]


class _Servers:
    """One for each set of settings, which is one for each file that has some."""

    def __init__(self) -> None:
        self._servers: dict[tuple[tuple[str, str], ...], Server] = {}

    def url_for(self, case: Case) -> str:
        server = self._servers.get(case.settings)
        if server is None:
            server = Server(*(f"--{name}={value}" for name, value in case.settings))
            self._servers[case.settings] = server
        return server.url

    def stop(self) -> None:
        for server in self._servers.values():
            server.stop()


@pytest.fixture(scope="module")
def servers() -> Iterator[_Servers]:
    started = _Servers()
    yield started
    started.stop()


def _play_with_asyncio(case: Case, store: CacheStore) -> None:
    async def run() -> None:
        await asyncio.get_running_loop().run_in_executor(None, play, case, perform)
        await store.close()

    def perform(name: str, *arguments: Any, **keywords: Any) -> Any:
        call = getattr(store, name)(*arguments, **keywords)
        return asyncio.run_coroutine_threadsafe(call, loop).result()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def _options(case: Case) -> dict[str, Any]:
    """Of a store in this process."""
    settings = dict(case.settings)
    settings.pop("backend", None)

    def number(name: str) -> Optional[int]:
        text = settings.pop(name, None)
        return None if text is None else int(text)

    def seconds(name: str) -> Optional[float]:
        return parse_seconds(settings.pop(name)) if name in settings else None

    limits: dict[str, Optional[float]] = {
        **{name: number(name) for name in ("max_key_bytes", "max_value_bytes", "max_batch_keys")},
        **{f"{name}_seconds": seconds(name) for name in ("default_ttl", "max_ttl")},
    }
    caps = {name: number(name) for name in ("max_entries", "max_bytes")}
    assert not settings, f"settings that this runner does not know: {sorted(settings)}"
    given: dict[str, Any] = {name: cap for name, cap in caps.items() if cap is not None}
    options: dict[str, Any] = {name: limit for name, limit in limits.items() if limit is not None}
    return {**given, "limits": Limits(**options)}


@pytest.mark.parametrize("case", ALL, ids=str)
def test_over_the_service(case: Case, servers: _Servers) -> None:
    _play_with_asyncio(case, RemoteCacheStore(RemoteOptions(url=servers.url_for(case))))


@pytest.mark.parametrize("case", ALL, ids=str)
def test_over_the_service_without_asyncio(case: Case, servers: _Servers) -> None:
    with SyncRemoteCacheStore(RemoteOptions(url=servers.url_for(case))) as store:
        play(case, lambda name, *args, **options: getattr(store, name)(*args, **options))


@pytest.mark.parametrize("case", IN_PROCESS, ids=str)
def test_in_this_process(case: Case) -> None:
    kind = NoneCacheStore if case.backend == "none" else MemoryCacheStore
    _play_with_asyncio(case, kind(**_options(case)))


@pytest.mark.parametrize("case", IN_PROCESS, ids=str)
def test_in_this_process_without_asyncio(case: Case) -> None:
    kind = SyncNoneCacheStore if case.backend == "none" else SyncMemoryCacheStore
    store = kind(**_options(case))
    play(case, lambda name, *args, **options: getattr(store, name)(*args, **options))


def test_it_has_as_many_cases_as_were_promised(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(ALL) >= 150
    assert {case.backend for case in IN_PROCESS} == {"memory", "none"}
    with capsys.disabled():
        print(f"\ncontract: {len(ALL)} cases over the service, {len(IN_PROCESS)} in this process")
