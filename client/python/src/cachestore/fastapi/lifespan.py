# SPDX-License-Identifier: Apache-2.0
"""Opens an application's cache when it starts, closes it when it ends, and hands it out."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Optional

import fastapi
from fastapi import FastAPI, Request

from ..errors import CacheError
from ..in_process import NoneCacheStore
from ..limits import Limits
from ..observer import CacheObserver
from ..settings import CacheSettings, create_cache_store
from ..store import CacheStore

#: Says how the cache is, in one line; raises while the application is not ready because of it.
ReadinessCheck = Callable[[], Awaitable[str]]

#: Registers a check of readiness by its name.
RegisterReadiness = Callable[[str, ReadinessCheck], None]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]

# Below the second after which probes give up, of Kubernetes for example.
_READINESS_TIMEOUT_SECONDS = 0.5

# For all applications that have turned caching off, and say no more: it holds nothing.
_OFF = NoneCacheStore()


def install_cache(
    app: FastAPI,
    settings: Optional[CacheSettings] = None,
    *,
    fail_open: bool = True,
    observer: Optional[CacheObserver] = None,
    register_readiness: Optional[RegisterReadiness] = None,
    strict_readiness: bool = False,
) -> None:
    """Opens a cache when `app` starts, closes it when it ends, and gives it to `get_cache`. What
    the application does at its start and its end goes on inside of that.

    Works with every FastAPI from 0.92 on. A service that is away becomes misses unless `fail_open`
    is False. INVALID_ARGUMENT names the setting that is wrong, at once.

    `register_readiness` is called with "cache" and a check, which answers "ok"; or "away: " and
    why, as an application is ready without a cache whose failures it does not see. With
    `strict_readiness`, and without `fail_open`, the check raises that instead. Where caching is
    off, nothing is opened and nothing registered.
    """
    settings = settings or CacheSettings.from_environment()
    open_cache = _opener(settings, fail_open, observer, register_readiness, strict_readiness)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[Any]:
        async with open_cache(app), inner(application) as state:
            yield state

    app.router.lifespan_context = lifespan


def cache_lifespan(
    settings: Optional[CacheSettings] = None,
    *,
    fail_open: bool = True,
    observer: Optional[CacheObserver] = None,
    register_readiness: Optional[RegisterReadiness] = None,
    strict_readiness: bool = False,
) -> Lifespan:
    """The same as a lifespan: FastAPI(lifespan=cache_lifespan()). RuntimeError with a FastAPI
    before 0.93, which takes no notice of lifespan=: use install_cache there."""
    if tuple(map(int, fastapi.__version__.split(".")[:2])) < (0, 93):
        raise RuntimeError(
            f"FastAPI {fastapi.__version__} ignores lifespan=, and there would be no cache; call "
            "install_cache(app), or use FastAPI 0.93 or newer"
        )
    settings = settings or CacheSettings.from_environment()
    return _opener(settings, fail_open, observer, register_readiness, strict_readiness)


async def get_cache(request: Request) -> CacheStore:
    """The application's cache, as a dependency: Depends(get_cache). RuntimeError if nobody has
    opened one."""
    cache: Optional[CacheStore] = getattr(request.app.state, "cachestore", None)
    if cache is None:
        raise RuntimeError(
            "there is no cache: call install_cache(app), and see that the application's lifespan "
            "runs (with a TestClient: with TestClient(app) as client)"
        )
    return cache


async def _readiness(cache: CacheStore, is_strict: bool) -> str:
    try:
        await cache.ping(timeout_seconds=_READINESS_TIMEOUT_SECONDS)
    except CacheError as error:
        if is_strict:
            raise
        return f"away: {error}"
    return "ok"


def _opener(
    settings: CacheSettings,
    fail_open: bool,
    observer: Optional[CacheObserver],
    register_readiness: Optional[RegisterReadiness],
    strict_readiness: bool,
) -> Lifespan:
    is_strict = strict_readiness or not fail_open

    @asynccontextmanager
    async def open_cache(app: FastAPI) -> AsyncIterator[None]:
        if settings.backend == "none" and observer is None and settings.limits() == Limits():
            app.state.cachestore = _OFF
            yield
            return
        async with create_cache_store(settings, fail_open=fail_open, observer=observer) as cache:
            app.state.cachestore = cache
            if register_readiness is not None and settings.backend != "none":
                register_readiness("cache", functools.partial(_readiness, cache, is_strict))
            yield

    return open_cache
