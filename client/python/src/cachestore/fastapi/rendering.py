# SPDX-License-Identifier: Apache-2.0
"""What a route's client receives for what the route's handler returns."""

from __future__ import annotations

from typing import Any, Optional

from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute

# What a route decides of that, by the names of its attributes, which are those of its parameters.
_SHAPE = (
    "response_model",
    "response_model_include",
    "response_model_exclude",
    "response_model_by_alias",
    "response_model_exclude_unset",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
    "response_class",
)
_RETURNED = "cachestore_returned"


async def _returned(request: Request) -> Any:
    return request.scope[_RETURNED]


class Rendering:
    """How one route makes responses: a route of the same shape, whose handler returns what that one
    has returned already. So FastAPI itself validates it and leaves out what is not to be seen."""

    def __init__(self, shape: dict[str, Any], status_code: Any) -> None:
        kind = shape["response_class"]
        self._kind = kind.value if isinstance(kind, DefaultPlaceholder) else kind
        #: Equal for routes that make the same of the same.
        self.shape = {**shape, "response_class": self._kind}
        #: Whether it says 200, unless a handler says otherwise.
        self.is_ok = status_code in (None, 200)
        self._handle = APIRoute("/", _returned, **shape).get_route_handler()

    @property
    def media_type(self) -> str:
        media_type: Optional[str] = self._kind.media_type
        return media_type or ""

    async def render(self, request: Request, returned: Any) -> Response:
        request.scope[_RETURNED] = returned
        return await self._handle(request)


def rendering_of(request: Request) -> Rendering:
    """That of the route which has matched; it is made once, and stays with the route."""
    # In current versions, what the inclusion of a router decides stands beside the route.
    included = request.scope.get("fastapi", {}).get("effective_route_context")
    route = included or request.scope["route"]
    rendering = getattr(route, "cachestore_rendering", None)
    if rendering is None:
        shape = {name: getattr(route, name) for name in _SHAPE}
        rendering = route.cachestore_rendering = Rendering(shape, route.status_code)
    return rendering


class OneShape:
    """Sees that the routes which share a handler make the same of what it returns: otherwise one
    would show what was kept for another."""

    def __init__(self) -> None:
        self._shape: Optional[dict[str, Any]] = None

    def check(self, rendering: Rendering) -> None:
        """RuntimeError for a route of another shape than the first one's."""
        if self._shape is None:
            self._shape = rendering.shape
        elif self._shape != rendering.shape:
            raise RuntimeError(
                "routes with different response models, or classes, share a handler that is "
                "@cached, and one would show what was kept for the other; decorate a handler for "
                "each"
            )
