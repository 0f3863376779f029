# SPDX-License-Identifier: Apache-2.0
"""A decorator that caches what a route's handler answers."""

from __future__ import annotations

import functools
import inspect
import json
import string
import typing
from collections.abc import Callable
from typing import Any, Optional
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.encoders import jsonable_encoder

from ..durations import ttl_seconds_of
from ..errors import CacheError
from ..store import CacheStore
from .lifespan import get_cache

_EXTRA = "cachestore_exchange"

Handler = Callable[..., Any]


class _Exchange:
    """What the decorator has to know of a request, and the response whose headers it sets."""

    def __init__(
        self,
        request: Request,
        response: Response,
        cache: CacheStore = Depends(get_cache),
    ) -> None:
        self.is_read = request.method in ("GET", "HEAD")
        self.response = response
        self.cache = cache

    async def read(self, key: str) -> Optional[bytes]:
        try:
            return await self.cache.get(key) if self.is_read else None
        except CacheError:
            return None

    async def keep(self, key: str, answer: Any, ttl_seconds: float) -> None:
        # The handler may have set a status by hand; only 200 comes back from the cache as it was.
        if not self.is_read or self.response.status_code not in (None, 200):
            return
        try:
            text = json.dumps(jsonable_encoder(answer)).encode()
            await self.cache.set(key, text, ttl_seconds=ttl_seconds)
        except CacheError:
            pass  # An observer was told.


# A function, as FastAPI does not resolve the annotations of a class.
def _exchange(
    request: Request, response: Response, cache: CacheStore = Depends(get_cache)
) -> _Exchange:
    return _Exchange(request, response, cache)


def cached(ttl: str, key: str) -> Callable[[Handler], Handler]:
    """Caches what a handler returns, for a TTL such as "5m", under a key such as "item:{item}",
    whose fields are parameters of the handler:

        @app.get("/items/{item}")
        @cached(ttl="5m", key="item:{item}")
        async def read_item(item: str): ...

    The answer has the header X-Cache: HIT or MISS. Only answers to GET and HEAD with the status 200
    are kept: never what raises, such as an HTTPException, and never a Response, of which only its
    handler knows what is in it. Whatever the answer depends on belongs into the key: a user too. A
    cache that fails is a miss. ValueError for a TTL or a key that are none.
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

        @functools.wraps(handler)
        async def answer(*args: Any, **arguments: Any) -> Any:
            exchange: _Exchange = arguments.pop(_EXTRA)
            # Quoted, so that no two sets of arguments make the same key.
            parts = {field: quote(str(arguments[field]), safe="") for field in fields}
            name = key.format_map(parts)
            stored = await exchange.read(name)
            exchange.response.headers["X-Cache"] = "MISS" if stored is None else "HIT"
            if stored is not None:
                return json.loads(stored)
            result = await _run(handler, args, arguments)
            if isinstance(result, Response):
                result.headers["X-Cache"] = "MISS"
            else:
                await exchange.keep(name, result, ttl_seconds)
            return result

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
