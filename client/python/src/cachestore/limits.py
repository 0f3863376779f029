# SPDX-License-Identifier: Apache-2.0
"""What one entry may be, in a store of this process: with the words of the service, so that tests
against the one hold for the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Optional

from . import _spec
from . import operations as ops
from .durations import format_seconds, nanos_of
from .errors import CacheError, invalid

_NANOS_PER_MILLI = 1_000_000


@dataclass(frozen=True)
class Limits:
    max_key_bytes: int = _spec.MAX_KEY_BYTES
    max_value_bytes: int = _spec.MAX_VALUE_BYTES
    #: The TTL of a Set that gives none.
    default_ttl_seconds: float = _spec.DEFAULT_TTL_SECONDS
    max_ttl_seconds: float = _spec.MAX_TTL_SECONDS
    max_batch_keys: int = _spec.MAX_BATCH_KEYS

    def check(self) -> None:
        """Whether they make sense together: INVALID_ARGUMENT names the one that does not."""
        if not 0 < self.default_ttl_seconds <= self.max_ttl_seconds:
            raise invalid(
                f"default_ttl: is {format_seconds(self.default_ttl_seconds)}; give more than zero, "
                f"and at most max_ttl, {format_seconds(self.max_ttl_seconds)}"
            )

    def check_operation(self, operation: ops.Operation[Any]) -> None:
        """INVALID_ARGUMENT names the field and the limit, and says what to do."""
        if isinstance(operation, ops.BatchSet):
            self._check_entries(operation)
        elif isinstance(operation, (ops.BatchGet, ops.BatchDelete, ops.BatchExists)):
            self._check_keys(operation.keys)
        elif isinstance(operation, ops.Set):
            self._check_set(operation)
        else:
            for key in operation.keys:
                self._check_key(key)
        if isinstance(operation, (ops.Get, ops.Exists)):
            self._check_seconds("touch", operation.touch_seconds, "to keep the TTL as it is")
        elif isinstance(operation, ops.Increment):
            self._check_ttl(operation.ttl_seconds)
        elif isinstance(operation, ops.Delete) and operation.if_etag is not None:
            _check_etag(operation.if_etag)

    def ttl_nanos(self, ttl_seconds: Optional[float]) -> int:
        """Rounded up to whole milliseconds; the default for None."""
        nanos = nanos_of(self.default_ttl_seconds if ttl_seconds is None else ttl_seconds)
        return -(-nanos // _NANOS_PER_MILLI) * _NANOS_PER_MILLI

    def _check_key(self, key: bytes) -> None:
        if not key:
            raise invalid("key: is empty; give a key of at least 1 byte")
        if len(key) > self.max_key_bytes:
            raise invalid(
                f"key: is {len(key)} bytes; the limit is {self.max_key_bytes} bytes "
                "(max_key_bytes): shorten or hash it"
            )

    def _check_seconds(self, field: str, seconds: Optional[float], otherwise: str) -> None:
        """`otherwise` says what leaving the field out does."""
        if seconds is None:
            return
        text = format_seconds(seconds)
        if math.isnan(seconds) or seconds <= 0:
            raise invalid(f"{field}: is {text}; give more than zero, or leave it out {otherwise}")
        if seconds > self.max_ttl_seconds:
            most = format_seconds(self.max_ttl_seconds)
            raise invalid(f"{field}: is {text}; the limit is {most} (max_ttl): give less")

    def _check_ttl(self, ttl_seconds: Optional[float]) -> None:
        default = format_seconds(self.default_ttl_seconds)
        self._check_seconds("ttl", ttl_seconds, f"for the default of {default}")

    def _check_set(self, entry: ops.Set) -> None:
        self._check_key(entry.key)
        if len(entry.value) > self.max_value_bytes:
            raise invalid(
                f"value: is {len(entry.value)} bytes; the limit is {self.max_value_bytes} bytes "
                "(max_value_bytes): split or compress it"
            )
        if entry.keep_ttl and entry.ttl_seconds is not None:
            raise invalid("keep_ttl: is given, and so is a ttl; leave one of them out")
        if entry.if_etag is not None:
            _check_etag(entry.if_etag)
        self._check_ttl(entry.ttl_seconds)

    def _check_batch(self, field: str, size: int) -> None:
        if size == 0:
            raise invalid(f"{field}: is empty; give at least one of them")
        if size > self.max_batch_keys:
            raise invalid(
                f"{field}: has {size} of them; the limit is {self.max_batch_keys} "
                "(max_batch_keys): split the batch"
            )

    def _check_keys(self, keys: list[bytes]) -> None:
        self._check_batch("keys", len(keys))
        for number, key in enumerate(keys):
            try:
                self._check_key(key)
            except CacheError as error:
                raise invalid(f"keys[{number}]{error.message[len('key'):]}") from None

    def _check_entries(self, batch: ops.BatchSet) -> None:
        self._check_batch("entries", len(batch.entries))
        for number, entry in enumerate(batch.entries):
            try:
                self._check_set(entry)
            except CacheError as error:
                raise invalid(f"entries[{number}].{error.message}") from None


def _check_etag(etag: bytes) -> None:
    if len(etag) != _spec.ETAG_BYTES:
        raise invalid(
            f"if_etag: is {len(etag)} bytes; an etag has {_spec.ETAG_BYTES}: give one that a Get "
            "with want_etag returned"
        )
