# SPDX-License-Identifier: Apache-2.0
"""A service that caches what takes long to compute.

    $ APP_CACHE_BACKEND=remote uvicorn service:app
"""

import asyncio
import time
from typing import Any, Awaitable, Callable, Dict

from fastapi import Depends, FastAPI, HTTPException

from cachestore import CacheStore
from cachestore.fastapi import cached, get_cache, install_cache

app = FastAPI()
checks: Dict[str, Callable[[], Awaitable[str]]] = {}
install_cache(app, register_readiness=checks.__setitem__)


async def slow_square(number: int) -> bytes:
    await asyncio.sleep(1)
    return str(number * number).encode()


@app.get("/squares/{number}")
async def square(number: int, cache: CacheStore = Depends(get_cache)) -> Dict[str, Any]:
    began = time.monotonic()
    value = await cache.get_or_compute(f"square:{number}", 300, lambda: slow_square(number))
    return {
        "square": int(value),
        "milliseconds": round((time.monotonic() - began) * 1000, 1),
    }


@app.get("/cubes/{number}")
@cached(ttl="5m", key="cube:{number}")
async def cube(number: int) -> Dict[str, int]:
    if number > 1000:
        raise HTTPException(404, "no cube that large")
    await asyncio.sleep(1)
    return {"cube": number**3}


@app.get("/readyz")
async def readyz() -> Dict[str, str]:
    answer = {"status": "ready"}
    for name, check in checks.items():
        try:
            answer[name] = await check()  # A cache that is away is no reason not to be ready.
        except Exception as error:
            raise HTTPException(503, f"{name}: {error}")
    return answer
