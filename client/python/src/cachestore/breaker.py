# SPDX-License-Identifier: Apache-2.0
"""A circuit breaker (https://martinfowler.com/bliki/CircuitBreaker.html)."""

from __future__ import annotations

import threading
import time
from typing import Callable, Optional

from . import _spec


#: Shows that its holder may call, and says when it was let in. Opaque.
Permit = int

# Of a call that goes to the service whatever the breaker says: it has no effect.
_BYSTANDER: Permit = -1


class Breaker:
    """Opens after so many failures one after the other; while it is open, nobody calls. Then one
    call tries, alone: if it ends well the breaker closes, if not it is open as long again.

    Each permit belongs to the time between two changes of the breaker. A call that ends later, in
    another one, has no effect: a straggler neither ends a trial nor lengthens the pause.

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
        self._generation: Permit = 0
        self._failures = 0
        self._opened: Optional[float] = None
        self._is_tried = False

    def enter(self, always: bool = False) -> Optional[Permit]:
        """What permits to call, or None. Whoever has one says how the call ended: succeeded, failed
        or abandoned. `always` is for calls that nothing can be answered instead of."""
        with self._lock:
            if self._opened is None:
                return self._generation
            if self._is_tried or self._clock() - self._opened < self._open_seconds:
                return _BYSTANDER if always else None
            self._is_tried = True
            self._generation += 1
            return self._generation

    def succeeded(self, permit: Permit) -> None:
        """The service has answered, be it with an error."""
        with self._lock:
            if permit != self._generation:
                return
            self._failures = 0
            if self._is_tried:
                self._opened, self._is_tried = None, False
                self._generation += 1

    def failed(self, permit: Permit) -> None:
        with self._lock:
            if permit != self._generation:
                return
            self._failures += 1
            if self._is_tried or self._failures >= self._most:
                self._opened, self._is_tried = self._clock(), False
                self._generation += 1

    def abandoned(self, permit: Permit) -> None:
        """The call says nothing of the service: it was cancelled, or never left this process. If it
        was to try, another one may."""
        with self._lock:
            if permit == self._generation and self._is_tried:
                self._is_tried = False
                self._generation += 1
