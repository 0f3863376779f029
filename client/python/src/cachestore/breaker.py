# SPDX-License-Identifier: Apache-2.0
"""A circuit breaker (https://martinfowler.com/bliki/CircuitBreaker.html)."""

from __future__ import annotations

import threading
import time
from typing import Callable, Optional

from . import _spec


class Breaker:
    """Opens after so many failures one after the other; while it is open, nobody calls. Then one
    call tries: if it ends well the breaker closes, if not it is open as long again.

    Thread-safe. `clock` gives seconds that never go backwards.
    """

    def __init__(
        self,
        failures: int = _spec.BREAKER_FAILURES,
        open_seconds: float = _spec.BREAKER_OPEN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened: Optional[float] = None
        self._is_tried = False

    def enter(self) -> bool:
        """Whether to call. Whoever does says how it ended: succeeded, failed, or abandoned."""
        with self._lock:
            if self._opened is None:
                return True
            if self._is_tried or self._clock() - self._opened < self._open_seconds:
                return False
            self._is_tried = True
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened, self._is_tried = 0, None, False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._is_tried or (self._opened is None and self._failures >= self._most):
                self._opened = self._clock()
            self._is_tried = False

    def abandoned(self) -> None:
        """The call was cancelled: it says nothing, and another one may try."""
        with self._lock:
            self._is_tried = False
