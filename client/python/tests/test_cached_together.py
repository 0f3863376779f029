# SPDX-License-Identifier: Apache-2.0
"""@cached: requests for one key that come while it is computed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Optional

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel

from cachestore import CacheSettings
from cachestore.fastapi import cached, install_cache

_REQUESTS = 10


class _Shown(BaseModel):
    number: int


class _Service:
    """An application whose one route is computed when `go_on` is set; `all_wait` is set once so
    many requests have come, of which each then has begun or waits before anything else runs."""

    def __init__(self, status: int = 200, error: Optional[Exception] = None) -> None:
        self.app = FastAPI()
        install_cache(self.app, CacheSettings(backend="memory"))
        self.calls = 0
        self.sessions: list[str] = []
        self._arrived = 0

        async def session() -> AsyncIterator[list[str]]:
            self._arrived += 1
            if self._arrived == _REQUESTS:
                self.all_wait.set()
            mine = ["open"]
            yield mine
            mine[0] = "closed"

        @self.app.get("/numbers/{number}", response_model=_Shown)
        @cached(ttl="5m", key="number:{number}")
        async def number(
            number: int, response: Response, session: list[str] = Depends(session)
        ) -> Any:
            self.calls += 1
            self.began.set()
            await self.go_on.wait()
            self.sessions += session
            response.status_code = status
            response.headers["X-Handler"] = "ran"
            if error is not None:
                raise error
            return {"number": number, "secret": "not in the model"}

    def run(self, use: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
        async def run() -> None:
            self.began, self.go_on = asyncio.Event(), asyncio.Event()
            self.all_wait = asyncio.Event()
            app: Any = self.app  # What httpx says it takes is narrower than what it takes.
            transport = httpx.ASGITransport(app=app)
            async with self.app.router.lifespan_context(self.app):
                async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
                    await asyncio.wait_for(use(client), 60)

        asyncio.run(run())

    async def answers(self, client: httpx.AsyncClient) -> list[httpx.Response]:
        """To so many requests at a time."""
        requests = [asyncio.ensure_future(client.get("/numbers/7")) for _ in range(_REQUESTS)]
        await self.all_wait.wait()
        self.go_on.set()
        return list(await asyncio.gather(*requests))


def test_of_many_requests_for_a_key_one_computes_and_all_get_its_answer() -> None:
    service = _Service()

    async def use(client: httpx.AsyncClient) -> None:
        answers = await service.answers(client)
        assert service.calls == 1
        assert [answer.status_code for answer in answers] == [200] * _REQUESTS
        assert {answer.content for answer in answers} == {b'{"number":7}'}
        assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
        assert {answer.headers["x-cache"] for answer in answers} == {"MISS"}
        assert (await client.get("/numbers/7")).headers["x-cache"] == "HIT"

    service.run(use)


def test_all_get_the_real_error_which_is_not_kept() -> None:
    service = _Service(error=HTTPException(404, "no such number"))

    async def use(client: httpx.AsyncClient) -> None:
        answers = await service.answers(client)
        assert service.calls == 1
        assert [answer.status_code for answer in answers] == [404] * _REQUESTS
        assert {answer.json()["detail"] for answer in answers} == {"no such number"}
        assert (await client.get("/numbers/7")).status_code == 404
        assert service.calls == 2

    service.run(use)


@pytest.mark.parametrize("status", [201, 302, 503])
def test_what_is_not_kept_is_not_shared_either(status: int) -> None:
    service = _Service(status=status)

    async def use(client: httpx.AsyncClient) -> None:
        answers = await service.answers(client)
        assert service.calls == _REQUESTS
        assert [answer.status_code for answer in answers] == [status] * _REQUESTS
        assert {answer.headers["x-handler"] for answer in answers} == {"ran"}

    service.run(use)


def test_a_request_that_is_cancelled_leaves_the_computing_to_another_one() -> None:
    service = _Service()

    async def use(client: httpx.AsyncClient) -> None:
        first = asyncio.ensure_future(client.get("/numbers/7"))
        await service.began.wait()
        others = [asyncio.ensure_future(client.get("/numbers/7")) for _ in range(_REQUESTS - 1)]
        await service.all_wait.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        service.go_on.set()
        for other in others:
            assert (await other).json() == {"number": 7}
        assert service.calls == 2
        assert service.sessions == ["open"]  # What the one that was cancelled had is closed.

    service.run(use)


def test_a_request_that_waits_and_is_cancelled_leaves_the_others_alone() -> None:
    service = _Service()

    async def use(client: httpx.AsyncClient) -> None:
        requests = [asyncio.ensure_future(client.get("/numbers/7")) for _ in range(_REQUESTS)]
        await service.all_wait.wait()
        requests[-1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await requests[-1]
        service.go_on.set()
        for request in requests[:-1]:
            assert (await request).json() == {"number": 7}
        assert service.calls == 1

    service.run(use)


def test_keys_do_not_wait_for_one_another() -> None:
    service = _Service()

    async def use(client: httpx.AsyncClient) -> None:
        waiting = asyncio.ensure_future(client.get("/numbers/7"))
        await service.began.wait()
        service.began.clear()
        other = asyncio.ensure_future(client.get("/numbers/8"))
        await service.began.wait()
        service.go_on.set()
        assert [(await request).json()["number"] for request in (waiting, other)] == [7, 8]
        assert service.calls == 2

    service.run(use)
