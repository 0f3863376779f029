# SPDX-License-Identifier: Apache-2.0
"""What both kinds of remote client share: their options, the checks before a call, its errors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from . import _spec
from .call_gate import CallGate
from .channel import Target, code_and_message
from .codec import Method, method_of
from .credentials import Tls, check_token, read_tls, read_token
from .errors import CacheError, Code, invalid
from .observer import CacheObserver, Observation
from .operations import Operation
from .service_url import parse_service_url


@dataclass(frozen=True)
class RemoteOptions:
    """How to reach a shared service, and how much of it to take."""

    #: grpc://HOST:PORT, grpcs://HOST:PORT over TLS, grpc+unix:///PATH.
    url: str = _spec.SETTINGS["APP_CACHE_STORAGE_URL"]
    #: Seconds that a call may take that gives no timeout of its own. Finite.
    timeout_seconds: float = _spec.TIMEOUT_SECONDS
    #: How many calls may be in flight; those beyond end RESOURCE_EXHAUSTED at once.
    max_calls_in_flight: int = _spec.MAX_CALLS_IN_FLIGHT
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
        if self.max_calls_in_flight < 1:
            raise invalid(
                f"max_calls_in_flight: is {self.max_calls_in_flight}; give a number from 1"
            )
        return Target(address, tls, token)

    def _tls(self, address: Any) -> Tls:
        return read_tls(address, self.tls_ca_file, self.tls_cert_file, self.tls_key_file)


def check_timeout(name: str, seconds: float) -> None:
    if not 0 < seconds < math.inf:
        raise invalid(f"{name}: is {seconds}; give seconds, more than zero and less than infinite")


class Call:
    """One call of a remote client, from the gate to its end."""

    def __init__(
        self,
        operation: Operation[Any],
        timeout_seconds: Optional[float],
        options: RemoteOptions,
        target: Target,
    ) -> None:
        self.operation = operation
        self._target = target
        self._observation = Observation(options.observer, operation)
        self.method: Method = method_of(operation)
        self._given_timeout = timeout_seconds
        self._default_timeout = options.timeout_seconds
        self.timeout = options.timeout_seconds
        self.request: Any = None

    def begin(self, gate: CallGate, check: Callable[[], None]) -> None:
        """Enters the gate and makes the request, if `check` raises nothing; raises what forbids it,
        and then has left."""
        try:
            check()
            gate.enter()
        except CacheError as error:
            raise self._told(error, is_local=True) from None
        try:
            if self._given_timeout is not None:
                check_timeout("timeout_seconds", self._given_timeout)
                self.timeout = self._given_timeout
            self.request = self.method.encode(self.operation)
        except BaseException as error:
            gate.leave()
            if isinstance(error, CacheError):
                raise self._told(error, is_local=True) from None
            raise

    def answered(self, response: Any) -> Any:
        result = self.method.decode(response)
        self._observation.answered(result)
        return result

    def failed(self, error: Any) -> CacheError:
        """What to raise for a grpc.RpcError."""
        code, message, advice = code_and_message(error, self._target.address)
        return self._told(CacheError(code, message, advice=advice), advice)

    def _told(self, error: CacheError, advice: str = "", is_local: bool = False) -> CacheError:
        keys = self.operation.keys
        key = keys[0] if len(keys) == 1 else None
        told = self._placed(error, key, advice, is_local)
        self._observation.failed(told)
        return told

    def _placed(
        self, error: CacheError, key: Optional[bytes], advice: str = "", is_local: bool = False
    ) -> CacheError:
        """The same error, with all that is known of the call."""
        is_bound = is_local and error.code is Code.RESOURCE_EXHAUSTED
        return CacheError(
            error.code,
            error.message,
            operation=self.operation.name,
            key=key,
            address=self._target.address.name,
            elapsed_seconds=self._observation.elapsed_seconds(),
            advice=error.remedy if is_bound else advice,
            is_local=is_local,
        )
