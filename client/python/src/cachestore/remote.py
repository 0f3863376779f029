# SPDX-License-Identifier: Apache-2.0
"""A shared cache service as a CacheStore, over grpc.aio."""

from __future__ import annotations

import asyncio
from typing import Any, Optional, TypeVar

import grpc
import grpc.aio

from .call_gate import CallGate
from .channel import Target, arguments
from .codec import Rpc
from .errors import CacheError, Code
from .forks import check_fork, is_forked
from .operations import Operation
from .remote_options import Call, RemoteOptions
from .store import CacheStore

Result = TypeVar("Result")


class RemoteCacheStore(CacheStore):
    """Any number of calls travel over one connection at a time; those that may not be repeated over
    another one. The service decides: its limits, its default TTL, its errors.

    Connects with the first call, in the event loop that runs then; a service that is not there yet
    is no error here. It belongs to that loop: a call from another one connects anew if the first
    has been closed, and is FAILED_PRECONDITION if not. After a fork, the child has a connection of
    its own; if the parent had one already, calls of the child are FAILED_PRECONDITION, as gRPC
    would hang. What ends UNAVAILABLE and may be repeated is repeated, up to four times within the
    timeout.
    """

    def __init__(self, options: Optional[RemoteOptions] = None) -> None:
        """INVALID_ARGUMENT names the option that is wrong. Reads files, connects to nothing."""
        super().__init__()
        self._options = options or RemoteOptions()
        self._target = self._options.target()
        self._gate = CallGate(self._options.max_calls_in_flight)
        self._home: Optional[_Home] = None

    async def call(
        self, operation: Operation[Result], timeout_seconds: Optional[float] = None
    ) -> Result:
        call = Call(operation, timeout_seconds, self._options, self._target)
        call.begin(self._gate, self._check_home)
        try:
            while call.rpcs:
                call.take(await self._answers(call))
        finally:
            self._gate.leave()
        result: Result = call.result()
        return result

    async def _answers(self, call: Call) -> list[Any]:
        if len(call.rpcs) == 1:
            return [await self._answer(call, call.rpcs[0])]
        return list(await asyncio.gather(*(self._answer(call, rpc) for rpc in call.rpcs)))

    async def _answer(self, call: Call, rpc: Rpc) -> Any:
        invoke = self._home_here().channel(rpc.repeats).unary_unary(rpc.path)
        timeout, metadata = call.remaining_seconds(), self._target.metadata()
        try:
            message = await invoke(rpc.request, timeout=timeout, metadata=metadata)
        except grpc.RpcError as error:
            return call.error(error)
        return call.answer(rpc, message)

    async def close(self) -> None:
        if is_forked():
            return  # Channels and calls in flight are the parent's.
        loop = asyncio.get_running_loop()
        idle = asyncio.Event()
        self._gate.close(lambda: _wake(loop, idle))
        await idle.wait()
        home, self._home = self._home, None
        # Of a loop that is closed there is nothing left to close.
        if home is not None and home.loop is loop:
            await home.close()

    def _check_home(self) -> None:
        loop = asyncio.get_running_loop()
        check_fork()
        home = self._home
        if home is not None and home.loop is not loop and not home.loop.is_closed():
            raise CacheError(
                Code.FAILED_PRECONDITION,
                "the store belongs to another event loop, which is not closed; make a store for "
                "each loop, or use the one without asyncio",
            )

    def _home_here(self) -> _Home:
        loop = asyncio.get_running_loop()
        home = self._home
        if home is None or home.loop is not loop:
            home = self._home = _Home(loop, self._target)
        return home


def _wake(loop: asyncio.AbstractEventLoop, idle: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(idle.set)


class _Home:
    """The loop that a store's channels live in."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: Target) -> None:
        self.loop = loop
        self._target = target
        self._channels: dict[bool, Any] = {}

    def channel(self, repeats: bool) -> Any:
        channel = self._channels.get(repeats)
        if channel is None:
            credentials = self._target.credentials()
            where, options = self._target.address.target, arguments(repeats)
            if credentials is None:
                channel = grpc.aio.insecure_channel(where, options)
            else:
                channel = grpc.aio.secure_channel(where, credentials, options)
            self._channels[repeats] = channel
        return channel

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
