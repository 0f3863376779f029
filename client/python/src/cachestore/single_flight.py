# SPDX-License-Identifier: Apache-2.0
"""Of many callers in this process who want one value, one computes it
(https://pkg.go.dev/golang.org/x/sync/singleflight)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import os
import threading
from collections.abc import Awaitable, Callable


class SingleFlight:
    """For coroutines. Of one event loop at a time: callers of different loops do not join."""

    def __init__(self) -> None:
        self._flights: dict[tuple[int, bytes], _Flight] = {}

    async def do(self, key: bytes, compute: Callable[[], Awaitable[bytes]]) -> bytes:
        """What `compute` gives, or raises, for all who ask for the key until it has ended. A caller
        who is cancelled leaves the others alone; when the last one is, `compute` is too.
        """
        place = (id(asyncio.get_running_loop()), key)
        flight = self._flights.get(place)
        if flight is None:
            flight = _Flight(asyncio.ensure_future(compute()))
            self._flights[place] = flight
            flight.task.add_done_callback(functools.partial(self._land, place))
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if flight.waiters == 0 and not flight.task.done():
                # Who comes now begins anew, and does not join what is being cancelled.
                self._land(place, flight.task)
                flight.task.cancel()

    def _land(self, place: tuple[int, bytes], task: asyncio.Future[bytes]) -> None:
        flight = self._flights.get(place)
        if flight is not None and flight.task is task:
            del self._flights[place]


class _Flight:
    def __init__(self, task: asyncio.Future[bytes]) -> None:
        self.task = task
        self.waiters = 0


class SyncSingleFlight:
    """For threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # By process, too: the child of a fork has none of the threads that others wait for.
        self._flights: dict[tuple[int, bytes], concurrent.futures.Future[bytes]] = {}

    def do(self, key: bytes, compute: Callable[[], bytes]) -> bytes:
        """As SingleFlight's. A thread that is interrupted (KeyboardInterrupt) leaves the others
        alone: one of them computes."""
        place = (os.getpid(), key)
        while True:
            with self._lock:
                flight = self._flights.get(place)
                is_first = flight is None
                if flight is None:
                    flight = self._flights[place] = concurrent.futures.Future()
            if is_first:
                return self._fly(place, flight, compute)
            try:
                return flight.result()
            except concurrent.futures.CancelledError:
                continue

    def _fly(
        self,
        place: tuple[int, bytes],
        flight: concurrent.futures.Future[bytes],
        compute: Callable[[], bytes],
    ) -> bytes:
        try:
            value = compute()
        except BaseException as error:
            self._land(place)
            if isinstance(error, Exception):
                flight.set_exception(error)
            else:
                flight.cancel()
            raise
        self._land(place)
        flight.set_result(value)
        return value

    def _land(self, place: tuple[int, bytes]) -> None:
        with self._lock:
            del self._flights[place]
