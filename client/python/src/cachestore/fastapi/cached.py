# SPDX-License-Identifier: Apache-2.0
"""A decorator that caches what a route answers."""

from __future__ import annotations

import functools
import inspect
import json
import string
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from .. import operations as ops
from ..durations import ttl_seconds_of
from ..errors import CacheError
from ..store import CacheStore
from .lifespan import get_cache
from .rendering import OneShape, rendering_of
from .request_flights import RequestFlights

_EXTRA = "cachestore_exchange"

Handler = Callable[..., Any]


@dataclass(frozen=True)
class _Answer:
    """What all who ask at a time get: the body, and whether it was in the cache."""

    body: bytes
    is_hit: bool


class _Exchange:
    """A request to a cached route, and its response."""

    def __init__(self, request: Request, response: Response, cache: CacheStore) -> None:
        self.is_read = request.method in ("GET", "HEAD")
        self.cache = cache
        self.rendering = rendering_of(request)
        self._request = request
        self._response = response

    async def fly(
        self, key: str, ttl_seconds: float, compute: Callable[[], Awaitable[Any]]
    ) -> tuple[Any, Optional[_Answer]]:
        """Reads the answer, or computes and keeps it: what FastAPI gets for this request, and what
        others may have of it."""
        found = await self._read(key)
        if found.value is not None and self._is_whole(found.value):
            hit = _Answer(found.value, is_hit=True)
            return self.respond(hit), hit
        returned = await compute()
        # The handler may have set a status by hand.
        is_ok = self._response.status_code in (None, 200) and self.rendering.is_ok
        if isinstance(returned, Response) or not is_ok:
            return self.missed(returned), None
        response = await self.rendering.render(self._request, returned)
        body = getattr(response, "body", None)
        if response.status_code != 200 or body is None or not self._is_whole(body):
            return self._finished(response, "MISS"), None
        if not found.is_away:
            await self._keep(key, body, ttl_seconds)
        return self._finished(response, "MISS"), _Answer(body, is_hit=False)

    async def join(self, answer: Optional[_Answer], compute: Callable[[], Awaitable[Any]]) -> Any:
        """The response to who has waited for another one's answer."""
        return self.missed(await compute()) if answer is None else self.respond(answer)

    def respond(self, answer: _Answer) -> Response:
        status = self._response.status_code or 200
        response = Response(answer.body, status, media_type=self.rendering.media_type or None)
        return self._finished(response, "HIT" if answer.is_hit else "MISS")

    def missed(self, returned: Any) -> Any:
        """What a handler has returned, for FastAPI to make a response of."""
        headers = (returned if isinstance(returned, Response) else self._response).headers
        headers["X-Cache"] = "MISS"
        return returned

    def _finished(self, response: Response, x_cache: str) -> Response:
        # As FastAPI does with what it makes itself: headers that dependencies and handler have set.
        response.headers.raw.extend(self._response.headers.raw)
        response.headers["X-Cache"] = x_cache
        return response

    async def _read(self, key: str) -> ops.GetResult:
        try:
            return await self.cache.get_with(key)
        except CacheError:
            return ops.GetResult(is_away=True)  # An observer was told.

    async def _keep(self, key: str, body: bytes, ttl_seconds: float) -> None:
        try:
            await self.cache.set(key, body, ttl_seconds=ttl_seconds)
        except CacheError:
            pass  # An observer was told.

    def _is_whole(self, body: bytes) -> bool:
        """Whether the route may have written this: JSON, or text if that is what it answers."""
        try:
            text = body.decode()
            if self.rendering.media_type.endswith("json"):
                json.loads(text)
        except (ValueError, RecursionError):
            return False
        return True


# A function, as FastAPI does not resolve the annotations of a class; and one with async, as others
# wait for a thread.
async def _exchange(
    request: Request, response: Response, cache: CacheStore = Depends(get_cache)
) -> _Exchange:
    return _Exchange(request, response, cache)


def cached(ttl: str, key: str) -> Callable[[Handler], Handler]:
    """Caches what a route answers, for a TTL such as "5m", under a key such as "item:{item}", whose
    fields are parameters of the handler:

        @app.get("/items/{item}", response_model=Item)
        @cached(ttl="5m", key="item:{item}")
        async def read_item(item: str): ...

    Kept is the body as the client receives it, with what the response model leaves in; not the
    headers that the handler sets. The answer has the header X-Cache: HIT or MISS. Only answers to
    GET and HEAD with the status 200 are kept, if they are JSON or text: never what raises, such as
    an HTTPException, and never a Response, of which only its handler knows what is in it. Of many
    requests that miss a key at a time in this process, one computes, and all get its answer or its
    error. A cache that fails is a miss, and so is an entry that no such route can have written.

    Whatever the answer depends on belongs into the key: a user too; and a version, as what was kept
    before the model changed is answered until its TTL ends. Routes that share a handler have
    to answer in the same shape (response model and class); RuntimeError if they do not. ValueError
    for a TTL or a key that are none.
    """
    ttl_seconds = ttl_seconds_of(ttl)
    fields = [field for _, field, _, _ in string.Formatter().parse(key) if field is not None]

    def decorate(handler: Handler) -> Handler:
        # Annotations that are texts are understood where the handler stands, not here.
        hints = typing.get_type_hints(handler, include_extras=True)
        signature = inspect.signature(handler)
        unknown = [field for field in fields if field not in signature.parameters]
        if unknown:
            raise ValueError(f'key: "{key}" has {unknown[0]}, which the handler does not take')
        flights: RequestFlights[Any, _Answer] = RequestFlights()
        shape = OneShape()

        @functools.wraps(handler)
        async def answer(*args: Any, **arguments: Any) -> Any:
            exchange: _Exchange = arguments.pop(_EXTRA)
            compute = functools.partial(_run, handler, args, arguments)
            if not exchange.is_read:
                return exchange.missed(await compute())
            shape.check(exchange.rendering)
            # Quoted, so that no two sets of arguments make the same key.
            parts = {field: quote(str(arguments[field]), safe="") for field in fields}
            name = key.format_map(parts)
            return await flights.do(
                (id(exchange.cache), name),
                functools.partial(exchange.fly, name, ttl_seconds, compute),
                functools.partial(exchange.join, compute=compute),
            )

        parameters = [
            parameter.replace(annotation=hints.get(parameter.name, parameter.annotation))
            for parameter in signature.parameters.values()
        ]
        extra = inspect.Parameter(
            _EXTRA,
            inspect.Parameter.KEYWORD_ONLY,
            default=Depends(_exchange),
            annotation=_Exchange,
        )
        answer.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*parameters, extra],
            return_annotation=hints.get("return", inspect._empty),
        )
        return answer

    return decorate


async def _run(handler: Handler, args: Any, arguments: dict[str, Any]) -> Any:
    if inspect.iscoroutinefunction(handler):
        return await handler(*args, **arguments)
    return await run_in_threadpool(handler, *args, **arguments)
