# SPDX-License-Identifier: Apache-2.0
"""What both kinds of remote client share: their options, the checks before a call, its errors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from . import _spec
from .call_gate import CallGate
from .channel import Target, code_and_message
from .codec import Rpc
from .credentials import Tls, check_token, read_tls, read_token
from .errors import CacheError, invalid
from .observer import CacheObserver, Observation
from .operations import Operation, with_errors_of
from .service_url import parse_service_url
from .steps import steps_of


@dataclass(frozen=True)
class RemoteOptions:
    """How to reach a shared service, and how much of it to take."""

    #: grpc://HOST:PORT, grpcs://HOST:PORT over TLS, grpc+unix:///PATH.
    url: str = _spec.SETTINGS["APP_CACHE_STORAGE_URL"]
    #: Seconds that a call may take that gives no timeout of its own. Finite.
    timeout_seconds: float = _spec.TIMEOUT_SECONDS
    #: How many calls may be in flight; those beyond end RESOURCE_EXHAUSTED at once.
    max_calls_in_flight: int = _spec.MAX_CALLS_IN_FLIGHT
    #: The largest request of a batch; a larger one is sent in parts. As the service has it.
    max_batch_bytes: int = _spec.MAX_BATCH_BYTES
    #: The path of a file with the token that shows who calls, and whether it may go to another
    #: machine without TLS.
    auth_token_file: str = ""
    insecure_token: bool = False
    #: Paths of PEM files, for grpcs://. Without a tls_ca_file, what the system trusts is trusted.
    tls_ca_file: str = ""
    tls_cert_file: str = ""
    tls_key_file: str = ""
    observer: CacheObserver = field(default_factory=CacheObserver)

    def target(self) -> Target:
        """Reads the files, once. INVALID_ARGUMENT names the option that is wrong."""
        try:
            address = parse_service_url(self.url)
        except CacheError as error:
            raise invalid(f"storage_url: {error.message}") from None
        tls = self._tls(address)
        token = read_token("auth_token_file", self.auth_token_file) if self.auth_token_file else ""
        if token:
            check_token(token, self.insecure_token, address)
        check_timeout("timeout_seconds", self.timeout_seconds)
        for name in ("max_calls_in_flight", "max_batch_bytes"):
            if getattr(self, name) < 1:
                raise invalid(f"{name}: is {getattr(self, name)}; give a number from 1")
        return Target(address, tls, token)

    def _tls(self, address: Any) -> Tls:
        return read_tls(address, self.tls_ca_file, self.tls_cert_file, self.tls_key_file)


def check_timeout(name: str, seconds: float) -> None:
    if not 0 < seconds < math.inf:
        raise invalid(f"{name}: is {seconds}; give seconds, more than zero and less than infinite")


class Call:
    """One call of a remote client, from the gate to its end: `rpcs` are to be made, and answered by
    `take`, until there are none."""

    def __init__(
        self,
        operation: Operation[Any],
        timeout_seconds: Optional[float],
        options: RemoteOptions,
        target: Target,
    ) -> None:
        self._operation = operation
        self._target = target
        self._observation = Observation(options.observer, operation)
        self._steps = steps_of(operation, options.max_batch_bytes)
        self._timeout = options.timeout_seconds if timeout_seconds is None else timeout_seconds
        self.rpcs: list[Rpc] = []
        self._result: Any = None

    def begin(self, gate: CallGate, check: Callable[[], None]) -> None:
        """Enters the gate and makes the first requests, if `check` raises nothing; raises what
        forbids it, and then has left."""
        try:
            check()
            gate.enter()
        except CacheError as error:
            raise self._told(error, is_local=True) from None
        try:
            check_timeout("timeout_seconds", self._timeout)
            self.rpcs = next(self._steps)
        except BaseException as error:
            gate.leave()
            if isinstance(error, CacheError):
                raise self._told(error, is_local=True) from None
            raise

    def remaining_seconds(self) -> float:
        return max(self._timeout - self._observation.elapsed_seconds(), 0)

    def answer(self, rpc: Rpc, message: bytes) -> Any:
        """What `take` takes for an RPC that was answered."""
        try:
            return rpc.answer(message)
        except CacheError as error:
            return error

    def error(self, error: Any) -> CacheError:
        """What `take` takes for one that ended with a grpc.RpcError."""
        code, message, advice = code_and_message(error, self._target.address)
        return CacheError(code, message, advice=advice)

    def take(self, answers: list[Any]) -> None:
        """The answers to `rpcs`, which are the next ones after that. Raises the call's error."""
        try:
            self.rpcs = self._steps.send(answers)
        except StopIteration as end:
            self.rpcs, self._result = [], end.value
        except CacheError as error:
            raise self._told(error) from None

    def result(self) -> Any:
        if isinstance(self._result, list):
            keys = self._operation.keys
            self._result = with_errors_of(self._result, keys, self._placed)
        self._observation.answered(self._result)
        return self._result

    def _told(self, error: CacheError, is_local: bool = False) -> CacheError:
        keys = self._operation.keys
        told = self._placed(error, keys[0] if len(keys) == 1 else None)
        told.is_local = is_local
        self._observation.failed(told)
        return told

    def _placed(self, error: CacheError, key: Optional[bytes]) -> CacheError:
        """The same error, with all that is known of the call."""
        return error.of(
            self._operation.name,
            key,
            address=self._target.address.name,
            elapsed_seconds=self._observation.elapsed_seconds(),
        )
