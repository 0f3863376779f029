# SPDX-License-Identifier: Apache-2.0
"""@cached: what it keeps of a route's answers, and what it answers from that."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from cachestore import CacheError, CacheSettings, Code, MemoryCacheStore
from cachestore.fastapi import cached, get_cache, install_cache

_MEMORY = CacheSettings(backend="memory")
_AWAY = CacheSettings(backend="remote", storage_url="grpc://127.0.0.1:1")


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


class _Named(BaseModel):
    name: str = Field(alias="theName")
    note: str = "none"


class _WithSecret(_Item):
    secret: str = "not in the model"


def _stored(client: TestClient, app: FastAPI, path: str, key: str) -> bytes:
    """What a miss, which is followed by a hit with the same answer, has stored."""
    first, second = client.get(path), client.get(path)
    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    stored = app.state.cachestore._backend._table.find(key.encode(), 0)
    assert stored is not None and stored.value == first.content
    value: bytes = stored.value
    return value


def test_what_the_response_model_hides_is_neither_stored_nor_answered() -> None:
    app, _ = _cached_app(_MEMORY)

    @app.get("/subclass", response_model=_Item)
    @cached(ttl="5m", key="subclass")
    async def subclass() -> Any:
        return _WithSecret(name="tea", price=1)

    @app.get("/annotated")
    @cached(ttl="5m", key="annotated")
    async def annotated() -> _Item:
        return _WithSecret(name="tea", price=1)

    @app.get("/list", response_model=list[_Item])
    @cached(ttl="5m", key="list")
    def many() -> Any:
        return [{"name": "tea", "price": 1, "secret": "not in the model"}]

    with TestClient(app) as client:
        for path, key in (
            ("/items/tea", "item:tea:1"),
            ("/subclass", "subclass"),
            ("/annotated", "annotated"),
            ("/list", "list"),
        ):
            assert b"secret" not in _stored(client, app, path, key)


def test_what_the_route_leaves_out_or_renames_is_stored_as_it_is_answered() -> None:
    app = FastAPI()
    install_cache(app, _MEMORY)

    @app.get("/excluded", response_model=_Item, response_model_exclude={"price"})
    @cached(ttl="5m", key="excluded")
    async def excluded() -> Any:
        return {"name": "tea", "price": 1}

    @app.get("/aliased", response_model=_Named, response_model_exclude_unset=True)
    @cached(ttl="5m", key="aliased")
    async def aliased() -> Any:
        return _Named(theName="tea")

    with TestClient(app) as client:
        assert _stored(client, app, "/excluded", "excluded") == b'{"name":"tea"}'
        assert _stored(client, app, "/aliased", "aliased") == b'{"theName":"tea"}'


def test_a_page_of_text_is_stored_as_it_is_answered() -> None:
    app, router = FastAPI(), APIRouter()
    install_cache(app, _MEMORY)

    @app.get("/page", response_class=HTMLResponse)
    @cached(ttl="5m", key="page")
    async def page() -> str:
        return "<p>Grüße</p>"

    @router.get("/page")
    @cached(ttl="5m", key="included")
    async def included() -> str:
        return "<p>Grüße</p>"

    app.include_router(router, prefix="/included", default_response_class=HTMLResponse)
    with TestClient(app) as client:
        for path, key in (("/page", "page"), ("/included/page", "included")):
            assert _stored(client, app, path, key) == "<p>Grüße</p>".encode()
            assert client.get(path).headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "entry",
    [b"", b"no JSON", b'{"name": "tea"', b"\xff", b"[" * 100_000],
    ids=["empty", "no JSON", "cut off", "no text", "too deep"],
)
def test_an_entry_that_is_none_of_its_own_is_a_miss_and_overwritten(entry: bytes) -> None:
    app, calls = _cached_app(_MEMORY)

    @app.on_event("startup")
    async def store() -> None:
        await app.state.cachestore.set("item:tea:1", entry)

    with TestClient(app) as client:
        answers = [client.get("/items/tea") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.headers["x-cache"] for answer in answers] == ["MISS", "HIT"]
        assert [answer.json() for answer in answers] == [{"name": "tea", "price": 1}] * 2
    assert calls == ["tea"]


def test_an_answer_that_does_not_fit_its_model_is_an_error_and_not_stored() -> None:
    app, calls = FastAPI(), []
    install_cache(app, _MEMORY)

    @app.get("/wrong", response_model=_Item)
    @cached(ttl="5m", key="wrong")
    async def wrong() -> Any:
        calls.append("wrong")
        return {"name": "tea"}

    with TestClient(app, raise_server_exceptions=False) as client:
        assert [client.get("/wrong").status_code for _ in range(2)] == [500, 500]
    assert len(calls) == 2


def test_headers_that_dependencies_set_come_with_a_hit_too() -> None:
    app = FastAPI()
    install_cache(app, _MEMORY)

    async def trace(response: Response) -> None:
        response.headers["X-Trace"] = "7"

    @app.get("/traced", dependencies=[Depends(trace)])
    @cached(ttl="5m", key="traced")
    async def traced(response: Response) -> str:
        response.headers["X-Handler"] = "ran"
        return "traced"

    with TestClient(app) as client:
        miss, hit = client.get("/traced"), client.get("/traced")
        assert (miss.headers["x-trace"], hit.headers["x-trace"]) == ("7", "7")
        assert (miss.headers.get("x-handler"), hit.headers.get("x-handler")) == ("ran", None)
        assert miss.headers.get_list("x-cache") == ["MISS"]
        assert hit.headers.get_list("x-cache") == ["HIT"]


def test_routes_that_show_different_things_do_not_share_a_handler() -> None:
    app = FastAPI()
    install_cache(app, _MEMORY)

    @app.get("/public", response_model=_Item)
    @app.get("/also_public", response_model=_Item)
    @app.get("/all", response_model=_WithSecret)
    @cached(ttl="5m", key="shared")
    async def shared() -> Any:
        return {"name": "tea", "price": 1, "secret": "s"}

    with TestClient(app) as client:
        assert client.get("/all").json()["secret"] == "s"
        with pytest.raises(RuntimeError, match="decorate a handler for each"):
            client.get("/public")


def test_a_cache_that_cannot_be_read_is_not_asked_to_store() -> None:
    calls: list[str] = []

    class _Failing(MemoryCacheStore):
        async def call(self, operation: Any, timeout_seconds: Any = None) -> Any:
            calls.append(operation.name)
            raise CacheError(Code.UNAVAILABLE, "away")

    app, _ = _cached_app(_MEMORY)
    app.dependency_overrides[get_cache] = lambda: _Failing()
    with TestClient(app) as client:
        answer = client.get("/items/tea")
        assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")
    assert calls == ["Get"]


@pytest.mark.parametrize("settings, name", [(_AWAY, "tea"), (_MEMORY, "x" * 2000)])
def test_a_cache_that_fails_or_refuses_fails_no_request_also_without_fail_open(
    settings: CacheSettings, name: str
) -> None:
    app = FastAPI()
    install_cache(app, settings, fail_open=False)

    @app.get("/names/{name}")
    @cached(ttl="5m", key="name:{name}")
    async def named(name: str) -> str:
        return name

    with TestClient(app) as client:
        for _ in range(2):
            answer = client.get(f"/names/{name}")
            assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")
            assert answer.json() == name
