# SPDX-License-Identifier: Apache-2.0
"""The cache of a FastAPI application, with the FastAPI that is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import fastapi
import pytest
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel
from servers import Server

from cachestore import CacheSettings, CacheStore, MemoryCacheStore, NoneCacheStore
from cachestore.fastapi import lifespan as lifespan_module
from cachestore.fastapi import cache_lifespan, cached, get_cache, install_cache

_MEMORY = CacheSettings(backend="memory")
_AWAY = CacheSettings(backend="remote", storage_url="grpc://127.0.0.1:1")


class _Checks(dict[str, Callable[[], Awaitable[None]]]):
    def add(self, name: str, check: Callable[[], Awaitable[None]]) -> None:
        self[name] = check


def _app(settings: CacheSettings, **options: Any) -> FastAPI:
    app = FastAPI()
    install_cache(app, settings, **options)

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
    app = _app(settings, fail_open=False, register_readiness=checks.add)
    assert not checks
    with TestClient(app) as client:
        assert client.get("/kind").json() == "RemoteCacheStore"
        assert client.get("/value").json() == "computed"
        assert list(checks) == ["cache"]


def test_where_caching_is_off_nothing_is_opened_and_no_readiness_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def create(*_: object, **__: object) -> None:
        raise AssertionError("a cache was made")

    monkeypatch.setattr(lifespan_module, "create_cache_store", create)
    checks = _Checks()
    for _ in range(2):
        app = _app(CacheSettings(), register_readiness=checks.add)
        with TestClient(app) as client:
            assert client.get("/kind").json() == "NoneCacheStore"
            assert client.get("/value").json() == "computed"
            assert isinstance(app.state.cachestore, NoneCacheStore)
            assert app.state.cachestore is lifespan_module._OFF
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


class _Item(BaseModel):
    name: str
    price: int


def _cached_app(settings: CacheSettings) -> tuple[FastAPI, list[str]]:
    app, calls = FastAPI(), []
    install_cache(app, settings)

    @app.get("/items/{name}", response_model=_Item)
    @cached(ttl="5m", key="item:{name}:{page}")
    async def item(name: str, page: int = 1) -> dict[str, Any]:
        calls.append(name)
        if name == "absent":
            raise HTTPException(404, "no such item")
        if name == "broken":
            raise ZeroDivisionError
        return {"name": name, "price": page, "secret": "not in the model"}

    @app.get("/status/{code}")
    @cached(ttl="5m", key="status:{code}")
    def status(code: int, response: Response) -> int:
        calls.append(str(code))
        response.status_code = code
        return code

    @app.get("/response")
    @cached(ttl="5m", key="response")
    async def response() -> Response:
        calls.append("response")
        return Response("text")

    @app.post("/post")
    @cached(ttl="5m", key="post")
    async def post() -> str:
        calls.append("post")
        return "posted"

    return app, calls


def test_a_second_request_is_a_hit_with_the_same_answer() -> None:
    app, calls = _cached_app(_MEMORY)
    with TestClient(app) as client:
        first, second = client.get("/items/tea"), client.get("/items/tea")
        assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
        assert first.json() == second.json() == {"name": "tea", "price": 1}
        assert client.get("/items/tea?page=2").json()["price"] == 2
    assert calls == ["tea", "tea"]


def test_two_sets_of_arguments_never_share_a_key() -> None:
    app, calls = _cached_app(_MEMORY)
    with TestClient(app) as client:
        assert client.get("/items/a:1").headers["x-cache"] == "MISS"
        assert client.get("/items/a").headers["x-cache"] == "MISS"
        assert client.get("/items/a%3A1").headers["x-cache"] == "HIT"


@pytest.mark.parametrize("path, status", [("/items/absent", 404), ("/items/broken", 500)])
def test_what_raises_is_never_cached(path: str, status: int) -> None:
    app, calls = _cached_app(_MEMORY)
    with TestClient(app, raise_server_exceptions=False) as client:
        for _ in range(2):
            assert client.get(path).status_code == status
    assert len(calls) == 2


@pytest.mark.parametrize("status, times", [(200, 1), (503, 2), (404, 2), (201, 2)])
def test_of_what_has_a_status_only_200_is_cached(status: int, times: int) -> None:
    app, calls = _cached_app(_MEMORY)
    with TestClient(app) as client:
        for _ in range(2):
            assert client.get(f"/status/{status}").status_code == status
    assert len(calls) == times


def test_a_response_and_what_changes_something_are_not_cached() -> None:
    app, calls = _cached_app(_MEMORY)
    with TestClient(app) as client:
        for _ in range(2):
            assert client.get("/response").headers["x-cache"] == "MISS"
            assert client.post("/post").headers["x-cache"] == "MISS"
    assert calls == ["response", "post"] * 2


@pytest.mark.parametrize("settings", [_AWAY, CacheSettings()])
def test_without_a_cache_every_request_is_a_miss(settings: CacheSettings) -> None:
    app, calls = _cached_app(settings)
    with TestClient(app) as client:
        for _ in range(2):
            answer = client.get("/items/tea")
            assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")
    assert calls == ["tea", "tea"]


def test_a_ttl_or_a_key_that_is_none_is_refused_where_it_stands() -> None:
    with pytest.raises(ValueError, match='ttl: got "soon"; takes seconds'):
        cached(ttl="soon", key="k")
    with pytest.raises(ValueError, match='key: "k:{x}" has x, which the handler does not take'):

        @cached(ttl="5m", key="k:{x}")
        async def handler() -> None:
            pass


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
