# SPDX-License-Identifier: Apache-2.0
"""Hooks for hits, misses, errors and latency."""

from __future__ import annotations

import logging
import time
from typing import Any, Callable

from .errors import CacheError
from .operations import Operation

_log = logging.getLogger("cachestore")


class CacheObserver:
    """Override what you want to count. `operation` is the service's name of the call: Get.

    Called on the caller's thread, or in its event loop: be quick, do not block. What is raised here
    is logged and ends no call. Batches count a hit or a miss for each key.
    """

    def on_hits(self, operation: str, count: int) -> None:
        """So many keys were found."""

    def on_misses(self, operation: str, count: int) -> None:
        """So many keys were not; those that fail-open took for absent are among them."""

    def on_error(self, operation: str, error: CacheError) -> None:
        """The call failed, also where fail-open then hides it."""

    def on_latency(self, operation: str, seconds: float) -> None:
        """The call took so long, whatever its end."""


class Observation:
    """One call, told to an observer as it ends."""

    def __init__(self, observer: CacheObserver, operation: Operation[Any]) -> None:
        self._observer = observer
        self._operation = operation
        self._began = time.monotonic()

    def elapsed_seconds(self) -> float:
        return time.monotonic() - self._began

    def answered(self, result: Any) -> None:
        tell(self._observer.on_latency, self._operation.name, self.elapsed_seconds())
        tell_hits(self._observer, self._operation, result)

    def failed(self, error: CacheError) -> None:
        tell(self._observer.on_latency, self._operation.name, self.elapsed_seconds())
        tell(self._observer.on_error, self._operation.name, error)


def tell_hits(observer: CacheObserver, operation: Operation[Any], result: Any) -> None:
    counts = operation.hits(result)
    if counts is None:
        return
    hits, misses = counts
    if hits:
        tell(observer.on_hits, operation.name, hits)
    if misses:
        tell(observer.on_misses, operation.name, misses)


def tell(hook: Callable[..., None], *what: object) -> None:
    try:
        hook(*what)
    except Exception:
        _log.exception("a CacheObserver raised in %s", getattr(hook, "__name__", hook))
