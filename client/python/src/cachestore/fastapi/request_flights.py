# SPDX-License-Identifier: Apache-2.0
"""Of many requests that want one answer at a time, one makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Hashable, Optional, TypeVar

Own = TypeVar("Own")
Shared = TypeVar("Shared")


class RequestFlights(Generic[Own, Shared]):
    """Unlike SingleFlight's, a flight is made by the request that begins it, as what it uses may
    end with that request: a session of a database, for example. If the request is cancelled, so is
    the flight, and one of those that wait begins another one.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Future[Optional[Shared]]] = {}

    async def do(
        self,
        key: Hashable,
        fly: Callable[[], Awaitable[tuple[Own, Optional[Shared]]]],
        join: Callable[[Optional[Shared]], Awaitable[Own]],
    ) -> Own:
        """What `fly` gives, or raises, which gives it twice: for its own request, and for those
        that wait, of which each makes of it what `join` says. None is for what cannot be shared."""
        loop = asyncio.get_running_loop()
        place = (id(loop), key)
        while (flight := self._flights.get(place)) is not None:
            await asyncio.wait([flight])
            if not flight.cancelled():
                return await join(flight.result())
        flight = self._flights[place] = loop.create_future()
        try:
            own, shared = await fly()
        except Exception as error:
            flight.set_exception(error)
            flight.exception()  # Perhaps nobody else asks for it.
            raise
        except BaseException:
            flight.cancel()
            raise
        else:
            flight.set_result(shared)
            return own
        finally:
            del self._flights[place]
