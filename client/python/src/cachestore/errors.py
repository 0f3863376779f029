# SPDX-License-Identifier: Apache-2.0
"""What a cache that fails says."""

from __future__ import annotations

import enum
import hashlib
from typing import Optional, Union

from . import _spec


class Code(enum.IntEnum):
    """gRPC's canonical status codes (https://grpc.io/docs/guides/status-codes), without OK."""

    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


# What the caller did, or may not do. The rest is the cache's own trouble.
_OF_CALLERS = (
    Code.INVALID_ARGUMENT,
    Code.PERMISSION_DENIED,
    Code.FAILED_PRECONDITION,
    Code.UNAUTHENTICATED,
)


class CacheError(Exception):
    """A call that failed, and why. A miss is no error.

    `str()` has all that there is to know in one line; it never holds a key or a value. One setting
    that is wrong is a CacheError too, with the code INVALID_ARGUMENT.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        operation: str = "",
        key: Optional[bytes] = None,
        address: str = "",
        elapsed_seconds: Optional[float] = None,
        advice: str = "",
        is_local: bool = False,
    ) -> None:
        self.code = code
        #: What the service, or the store in this process, said.
        self.message = message
        #: The call as the service names it, Get for example.
        self.operation = operation
        #: Which key: its length in bytes, and the first 8 digits of its SHA-256.
        self.key_bytes = None if key is None else len(key)
        self.key_hash = "" if key is None else hashlib.sha256(key).hexdigest()[:8]
        #: Where the service is; empty for a store in this process.
        self.address = address
        #: How long the call took.
        self.elapsed_seconds = elapsed_seconds
        #: Whether the call has never left this process, so that it says nothing of the service.
        self.is_local = is_local
        self._advice = advice
        #: What to do about it.
        self.remedy = advice or _spec.ERRORS.get(int(code), ("", ""))[1]
        super().__init__(self._text(advice))

    @property
    def is_of_caller(self) -> bool:
        """Whether the caller has to know, also where a program could go on without the cache."""
        return self.code in _OF_CALLERS

    def _text(self, advice: str) -> str:
        text = self.code.name
        if self.operation:
            text += f" in {self.operation}"
        text += f": {self.message}"
        if advice:
            text += f"; {advice}"
        facts = []
        if self.key_bytes is not None:
            facts.append(f"key of {self.key_bytes} bytes, hash {self.key_hash}")
        if self.address:
            facts.append(f"at {self.address}")
        if self.elapsed_seconds is not None:
            facts.append(f"after {self.elapsed_seconds:.3f} s")
        return f"{text} ({', '.join(facts)})" if facts else text

    def of(
        self,
        operation: str,
        key: Optional[bytes],
        *,
        address: str = "",
        elapsed_seconds: Optional[float] = None,
    ) -> CacheError:
        """The same error, of a call that is known now."""
        return CacheError(
            self.code,
            self.message,
            operation=operation,
            key=key,
            address=address,
            elapsed_seconds=elapsed_seconds,
            advice=self._advice,
            is_local=self.is_local,
        )

    def __reduce__(self) -> Union[str, tuple[object, ...]]:
        # What Exception does by itself would call __init__ with the text alone.
        return (_restore, (type(self), self.args, self.__dict__))


def _restore(kind: type[CacheError], args: tuple[object, ...], state: dict[str, object]) -> object:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def invalid(message: str) -> CacheError:
    return CacheError(Code.INVALID_ARGUMENT, message)


def closed() -> CacheError:
    return CacheError(Code.FAILED_PRECONDITION, "store is closed")
