# SPDX-License-Identifier: Apache-2.0
"""The gate that a client's calls pass: it bounds those in flight, and refuses them once closed."""

from __future__ import annotations

import threading
from typing import Callable, Optional

from .errors import CacheError, Code, closed


class CallGate:
    """Thread-safe; nothing waits here."""

    def __init__(self, max_calls_in_flight: int) -> None:
        self._most = max_calls_in_flight
        self._lock = threading.Lock()
        self._in_flight = 0
        self._is_closed = False
        self._when_idle: list[Callable[[], None]] = []

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def enter(self) -> None:
        """FAILED_PRECONDITION once closed; RESOURCE_EXHAUSTED if as many calls as may be are in
        flight. Whoever enters has to leave."""
        with self._lock:
            if self._is_closed:
                raise closed()
            if self._in_flight >= self._most:
                raise CacheError(
                    Code.RESOURCE_EXHAUSTED,
                    f"{self._in_flight} calls are in flight, and no more may be",
                    advice="make fewer calls at a time, or raise max_calls_in_flight",
                )
            self._in_flight += 1

    def leave(self) -> None:
        with self._lock:
            self._in_flight -= 1
            ready = self._take_ready()
        for then in ready:
            then()

    def close(self, then: Optional[Callable[[], None]] = None) -> None:
        """Refuses calls from now on; `then` runs when the last one has left, perhaps at once, on
        the thread of whoever leaves."""
        with self._lock:
            self._is_closed = True
            if then is not None:
                self._when_idle.append(then)
            ready = self._take_ready()
        for run in ready:
            run()

    def _take_ready(self) -> list[Callable[[], None]]:
        if not self._is_closed or self._in_flight:
            return []
        ready, self._when_idle = self._when_idle, []
        return ready
