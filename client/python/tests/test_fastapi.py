# SPDX-License-Identifier: Apache-2.0
"""The cache of a FastAPI application, with the FastAPI that is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Optional

import fastapi
import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from servers import Server

from cachestore import (
    CacheError,
    CacheObserver,
    CacheSettings,
    CacheStore,
    MemoryCacheStore,
    NoneCacheStore,
)
from cachestore.fastapi import lifespan as lifespan_module
from cachestore.fastapi import cache_lifespan, get_cache, install_cache

_MEMORY = CacheSettings(backend="memory")
_AWAY = CacheSettings(backend="remote", storage_url="grpc://127.0.0.1:1")


class _Checks(dict[str, Callable[[], Awaitable[str]]]):
    def add(self, name: str, check: Callable[[], Awaitable[str]]) -> None:
        self[name] = check


def _app(settings: CacheSettings, given: Optional[_Checks] = None, **options: Any) -> FastAPI:
    app = FastAPI()
    checks = _Checks() if given is None else given
    install_cache(app, settings, register_readiness=checks.add, **options)

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        try:
            return {name: await check() for name, check in checks.items()}
        except CacheError as error:
            raise HTTPException(503, str(error))

    @app.get("/kind")
    async def kind(cache: CacheStore = Depends(get_cache)) -> str:
        return type(cache).__name__

    @app.get("/value")
    async def value(cache: CacheStore = Depends(get_cache)) -> str:
        async def compute() -> bytes:
            return b"computed"

        return (await cache.get_or_compute("value", 60, compute)).decode()

    return app


def test_a_route_gets_the_cache_and_its_readiness_is_registered(server: Server) -> None:
    checks = _Checks()
    settings = CacheSettings(backend="remote", storage_url=server.url)
    app = _app(settings, checks, fail_open=False)
    assert not checks
    with TestClient(app) as client:
        assert client.get("/kind").json() == "RemoteCacheStore"
        assert client.get("/value").json() == "computed"
        assert list(checks) == ["cache"]


def test_an_application_is_ready_without_a_cache_that_it_can_do_without() -> None:
    with TestClient(_app(_AWAY)) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["cache"].startswith("away: UNAVAILABLE in Ping: ")


@pytest.mark.parametrize("options", [{"strict_readiness": True}, {"fail_open": False}])
def test_an_application_that_needs_its_cache_is_not_ready_without_it(
    options: dict[str, Any], server: Server
) -> None:
    with TestClient(_app(_AWAY, **options)) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "UNAVAILABLE in Ping: " in ready.json()["detail"]
    settings = CacheSettings(backend="remote", storage_url=server.url)
    with TestClient(_app(settings, **options)) as client:
        assert client.get("/readyz").json() == {"cache": "ok"}


def test_a_cache_that_does_not_answer_keeps_no_probe_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[Optional[float]] = []

    async def ping(_: CacheStore, *, timeout_seconds: Optional[float] = None) -> None:
        given.append(timeout_seconds)

    monkeypatch.setattr(CacheStore, "ping", ping)
    with TestClient(_app(_MEMORY)) as client:
        assert client.get("/readyz").json() == {"cache": "ok"}
    assert given == [0.5]


def test_where_caching_is_off_nothing_is_opened_and_no_readiness_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def create(*_: object, **__: object) -> None:
        raise AssertionError("a cache was made")

    monkeypatch.setattr(lifespan_module, "create_cache_store", create)
    checks = _Checks()
    for _ in range(2):
        app = _app(CacheSettings(), checks)
        with TestClient(app) as client:
            assert client.get("/kind").json() == "NoneCacheStore"
            assert client.get("/value").json() == "computed"
            assert isinstance(app.state.cachestore, NoneCacheStore)
            assert app.state.cachestore is lifespan_module._OFF
    assert not checks


def test_who_observes_hears_also_where_caching_is_off() -> None:
    class _Misses(CacheObserver):
        count = 0

        def on_misses(self, operation: str, count: int) -> None:
            self.count += count

    observer, checks = _Misses(), _Checks()
    with TestClient(_app(CacheSettings(), checks, observer=observer)) as client:
        assert client.get("/value").json() == "computed"
    assert observer.count == 1
    assert not checks


def test_a_cache_that_is_away_fails_no_request() -> None:
    with TestClient(_app(_AWAY)) as client:
        for _ in range(10):
            answer = client.get("/value")
            assert (answer.status_code, answer.json()) == (200, "computed")


def test_the_cache_is_closed_when_the_application_ends() -> None:
    app = _app(_MEMORY)
    with TestClient(app):
        cache = app.state.cachestore
        assert isinstance(cache, MemoryCacheStore)
        assert not cache._backend._is_closed
    assert cache._backend._is_closed


def test_what_the_application_does_at_its_start_has_the_cache() -> None:
    app = FastAPI()
    events: list[str] = []

    @app.on_event("startup")
    async def start() -> None:
        events.append(f"start {type(app.state.cachestore).__name__}")

    @app.on_event("shutdown")
    async def stop() -> None:
        events.append(f"stop {app.state.cachestore._backend._is_closed}")

    install_cache(app, _MEMORY)
    with TestClient(app):
        assert events == ["start MemoryCacheStore"]
    assert events == ["start MemoryCacheStore", "stop False"]


def test_a_lifespan_works_or_says_that_it_would_be_ignored() -> None:
    if fastapi.__version__.startswith("0.92."):
        with pytest.raises(RuntimeError, match=r"ignores lifespan=.*install_cache\(app\)"):
            cache_lifespan(_MEMORY)
        return
    app = FastAPI(lifespan=cache_lifespan(_MEMORY))
    with TestClient(app):
        assert isinstance(app.state.cachestore, MemoryCacheStore)


def test_a_lifespan_is_for_a_fastapi_that_takes_notice_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fastapi, "__version__", "0.93.0")
    cache_lifespan(_MEMORY)
    monkeypatch.setattr(fastapi, "__version__", "0.92.9")
    with pytest.raises(RuntimeError, match="ignores lifespan="):
        cache_lifespan(_MEMORY)


def test_who_has_not_installed_a_cache_is_told_to() -> None:
    app = FastAPI()

    @app.get("/")
    async def root(cache: CacheStore = Depends(get_cache)) -> None:
        pass

    with TestClient(app) as client, pytest.raises(RuntimeError, match=r"call install_cache\(app\)"):
        client.get("/")


def test_a_lifespan_of_the_application_goes_on_inside() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncIterator[None]:
        events.append(type(app.state.cachestore).__name__)
        yield
        events.append("ended")

    app = FastAPI()
    app.router.lifespan_context = own
    install_cache(app, _MEMORY)
    with TestClient(app):
        pass
    assert events == ["MemoryCacheStore", "ended"]
