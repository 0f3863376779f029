# SPDX-License-Identifier: Apache-2.0
"""A shared cache service as a SyncCacheStore, over gRPC's channel of threads."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Optional, TypeVar

import grpc

from .call_gate import CallGate
from .channel import Target, arguments
from .codec import Rpc
from .forks import check_fork, is_forked
from .operations import Operation
from .remote_options import Call, RemoteOptions
from .sync_store import SyncCacheStore

Result = TypeVar("Result")


class SyncRemoteCacheStore(SyncCacheStore):
    """RemoteCacheStore's twin for threads, with the same behaviour after a fork."""

    def __init__(self, options: Optional[RemoteOptions] = None) -> None:
        """INVALID_ARGUMENT names the option that is wrong. Reads files, connects to nothing."""
        super().__init__()
        self._options = options or RemoteOptions()
        self._target = self._options.target()
        self._gate = CallGate(self._options.max_calls_in_flight)
        self._channels = _Channels(self._target)

    def call(self, operation: Operation[Result], timeout_seconds: Optional[float] = None) -> Result:
        call = Call(operation, timeout_seconds, self._options, self._target)
        call.begin(self._gate, check_fork)
        try:
            while call.rpcs:
                call.take(self._answers(call))
        finally:
            self._gate.leave()
        result: Result = call.result()
        return result

    def _answers(self, call: Call) -> list[Any]:
        if len(call.rpcs) == 1:
            (rpc,) = call.rpcs
            invoke, arguments = self._invocation(call, rpc)
            return [_answer(call, rpc, functools.partial(invoke, rpc.request, **arguments))]
        futures = []
        try:
            for rpc in call.rpcs:
                invoke, arguments = self._invocation(call, rpc)
                futures.append(invoke.future(rpc.request, **arguments))
            return [_answer(call, rpc, future.result) for rpc, future in zip(call.rpcs, futures)]
        finally:
            for future in futures:
                future.cancel()  # Of who is interrupted; others have ended.

    def _invocation(self, call: Call, rpc: Rpc) -> tuple[Any, dict[str, Any]]:
        invoke = self._channels.of(rpc.repeats).unary_unary(rpc.path)
        return invoke, {
            "timeout": call.remaining_seconds(),
            "metadata": self._target.metadata(),
        }

    def close(self) -> None:
        if is_forked():
            return  # Channels and calls in flight are the parent's.
        idle = threading.Event()
        self._gate.close(idle.set)
        idle.wait()
        self._channels.close()


def _answer(call: Call, rpc: Rpc, wait: Callable[[], bytes]) -> Any:
    try:
        message = wait()
    except grpc.RpcError as error:
        return call.error(error)
    return call.answer(rpc, message)


class _Channels:
    """The channels of a store, which are opened when they are first needed."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._channels: dict[bool, Any] = {}

    def of(self, repeats: bool) -> Any:
        with self._lock:
            channel = self._channels.get(repeats)
            if channel is None:
                channel = self._channels[repeats] = self._open(repeats)
            return channel

    def _open(self, repeats: bool) -> Any:
        credentials = self._target.credentials()
        where, options = self._target.address.target, arguments(repeats)
        if credentials is None:
            return grpc.insecure_channel(where, options)
        return grpc.secure_channel(where, credentials, options)

    def close(self) -> None:
        with self._lock:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()
