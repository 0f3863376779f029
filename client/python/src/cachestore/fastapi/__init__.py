# SPDX-License-Identifier: Apache-2.0
"""A cache for a FastAPI application:

    app = FastAPI()
    install_cache(app)  # As APP_CACHE_BACKEND and so on say.

    @app.get("/items/{item}")
    async def read_item(item: str, cache: CacheStore = Depends(get_cache)): ...

    @app.get("/pages/{page}")
    @cached(ttl="5m", key="page:{page}")
    async def read_page(page: int): ...

FastAPI is imported here and nowhere else in the package.
"""

from .cached import cached
from .lifespan import cache_lifespan, get_cache, install_cache

__all__ = ["cache_lifespan", "cached", "get_cache", "install_cache"]
