# SPDX-License-Identifier: Apache-2.0
"""Calls as values: what passes between the methods of a store and what answers them.

All stores, with asyncio or without, answer these; so a prefix, a breaker or a codec is written once
for both. A call knows its service's name for it (`name`), its keys, and what it answers where
nothing is stored (`miss`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, Optional, TypeVar, Union

from .errors import CacheError, invalid

Key = Union[str, bytes]
Result = TypeVar("Result")
Item = TypeVar("Item")


def key_bytes(key: Key) -> bytes:
    """A str becomes UTF-8. TypeError for what is neither str nor bytes."""
    if isinstance(key, str):
        return key.encode()
    if isinstance(key, bytes):
        return key
    raise TypeError(f"key: is a {type(key).__name__}; give str or bytes")


def value_bytes(value: bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"value: is a {type(value).__name__}; give bytes")


@dataclass(frozen=True)
class GetResult:
    """What a read found."""

    #: None: a miss. b"" is a hit.
    value: Optional[bytes] = None
    #: The SHA-1 digest of the value, 20 bytes; None if it was not asked for, or on a miss.
    etag: Optional[bytes] = None
    #: What remains, rounded up to the millisecond; None if it was not asked for, on a miss, and of
    #: an entry that has no TTL.
    ttl_seconds: Optional[float] = None
    #: Whether this is no answer of the cache: it is away, and fail-open made a miss of that.
    is_away: bool = False


def passed_over(error: CacheError) -> GetResult:
    """What who can go on without the cache takes an error for; raises what the caller has to know.
    An observer was told of either."""
    if error.is_of_caller:
        raise error
    return GetResult(is_away=True)


@dataclass(frozen=True)
class ExistsResult:
    exists: bool = False
    #: As in GetResult.
    ttl_seconds: Optional[float] = None


@dataclass(frozen=True)
class IncrementResult:
    value: int
    #: As in GetResult; always asked for.
    ttl_seconds: Optional[float] = None


@dataclass(frozen=True)
class BatchItem(Generic[Item]):
    """What a batch says of one of its keys: an answer, or the error of this key alone."""

    answer: Optional[Item] = None
    error: Optional[CacheError] = None

    def result(self) -> Optional[Item]:
        """The answer; raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(frozen=True)
class SetEntry:
    """One entry to be stored: as the arguments of `set`."""

    key: Key
    value: bytes
    ttl_seconds: Optional[float] = None
    if_absent: bool = False
    if_present: bool = False
    if_etag: Optional[bytes] = None
    keep_ttl: bool = False


class Operation(Generic[Result]):
    """A call that ends with a Result."""

    name: ClassVar[str]

    @property
    def keys(self) -> list[bytes]:
        return []

    def miss(self) -> Optional[Result]:
        """What it answers where nothing is stored, and nothing can be; None if there is no such
        answer."""
        return None

    def miss_of_away(self) -> Optional[Result]:
        """The same of a cache that is away, which the answer says where it can."""
        return self.miss()

    def hits(self, result: Result) -> Optional[tuple[int, int]]:
        """How many hits and misses `result` is; None for what does not read."""
        return None

    def under(self, prefix: bytes) -> Operation[Result]:
        """The same call with `prefix` before its keys."""
        return self


@dataclass(frozen=True)
class _OneKey(Operation[Result]):
    key: bytes

    @property
    def keys(self) -> list[bytes]:
        return [self.key]

    def under(self, prefix: bytes) -> Operation[Result]:
        # What is empty is no key, and must not become one.
        return dataclasses.replace(self, key=prefix + self.key) if self.key else self


@dataclass(frozen=True)
class Get(_OneKey[GetResult]):
    name = "Get"
    want_etag: bool = False
    want_ttl: bool = False
    touch_seconds: Optional[float] = None

    def miss(self) -> GetResult:
        return GetResult()

    def miss_of_away(self) -> GetResult:
        return GetResult(is_away=True)

    def hits(self, result: GetResult) -> tuple[int, int]:
        return (0, 1) if result.value is None else (1, 0)


@dataclass(frozen=True)
class Set(_OneKey[bool]):
    name = "Set"
    value: bytes
    ttl_seconds: Optional[float] = None
    if_absent: bool = False
    if_present: bool = False
    if_etag: Optional[bytes] = None
    keep_ttl: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it depends on nothing that is stored, so that it may be repeated."""
        conditional = self.if_absent or self.if_present or self.if_etag is not None
        return not (conditional or self.keep_ttl)

    def miss(self) -> bool:
        return False


@dataclass(frozen=True)
class Delete(_OneKey[bool]):
    name = "Delete"
    if_etag: Optional[bytes] = None

    def miss(self) -> bool:
        return False


@dataclass(frozen=True)
class Exists(_OneKey[ExistsResult]):
    name = "Exists"
    want_ttl: bool = False
    touch_seconds: Optional[float] = None

    def miss(self) -> ExistsResult:
        return ExistsResult()

    def hits(self, result: ExistsResult) -> tuple[int, int]:
        return (1, 0) if result.exists else (0, 1)


@dataclass(frozen=True)
class Increment(_OneKey[IncrementResult]):
    name = "Increment"
    delta: int = 1
    ttl_seconds: Optional[float] = None


@dataclass(frozen=True)
class Clear(Operation[None]):
    name = "Clear"


@dataclass(frozen=True)
class Ping(Operation[None]):
    name = "Ping"


@dataclass(frozen=True)
class _ManyKeys(Operation["list[BatchItem[Item]]"], Generic[Item]):
    all_keys: tuple[bytes, ...]

    @property
    def keys(self) -> list[bytes]:
        return list(self.all_keys)

    def item_bytes(self) -> list[int]:
        """What each key takes."""
        return [len(key) for key in self.all_keys]

    def part(self, begin: int, end: int) -> Operation[list[BatchItem[Item]]]:
        """The same call with these keys alone."""
        return dataclasses.replace(self, all_keys=self.all_keys[begin:end])

    def under(self, prefix: bytes) -> Operation[list[BatchItem[Item]]]:
        keys = tuple(prefix + key if key else key for key in self.all_keys)
        return dataclasses.replace(self, all_keys=keys)


@dataclass(frozen=True)
class BatchGet(_ManyKeys[bytes]):
    name = "BatchGet"

    def miss(self) -> list[BatchItem[bytes]]:
        return [BatchItem() for _ in self.all_keys]

    def hits(self, result: list[BatchItem[bytes]]) -> tuple[int, int]:
        answers = [item.answer for item in result if item.error is None]
        misses = answers.count(None)
        return len(answers) - misses, misses


@dataclass(frozen=True)
class BatchDelete(_ManyKeys[bool]):
    name = "BatchDelete"

    def miss(self) -> list[BatchItem[bool]]:
        return [BatchItem(False) for _ in self.all_keys]


@dataclass(frozen=True)
class BatchExists(_ManyKeys[bool]):
    name = "BatchExists"

    def miss(self) -> list[BatchItem[bool]]:
        return [BatchItem(False) for _ in self.all_keys]

    def hits(self, result: list[BatchItem[bool]]) -> tuple[int, int]:
        answers = [item.answer for item in result if item.error is None]
        return answers.count(True), answers.count(False)


@dataclass(frozen=True)
class BatchSet(Operation["list[BatchItem[bool]]"]):
    name = "BatchSet"
    entries: tuple[Set, ...]

    @property
    def keys(self) -> list[bytes]:
        return [entry.key for entry in self.entries]

    @property
    def is_plain(self) -> bool:
        return all(entry.is_plain for entry in self.entries)

    def miss(self) -> list[BatchItem[bool]]:
        return [BatchItem(False) for _ in self.entries]

    def item_bytes(self) -> list[int]:
        """What each key and its value take."""
        return [len(entry.key) + len(entry.value) for entry in self.entries]

    def part(self, begin: int, end: int) -> BatchSet:
        """The same call with these entries alone."""
        return BatchSet(self.entries[begin:end])

    def under(self, prefix: bytes) -> BatchSet:
        entries = (
            dataclasses.replace(entry, key=prefix + entry.key) if entry.key else entry
            for entry in self.entries
        )
        return BatchSet(tuple(entries))


def with_errors_of(
    items: list[BatchItem[Item]], keys: list[bytes], of: Callable[[CacheError, bytes], CacheError]
) -> list[BatchItem[Item]]:
    """The items, whose errors know of which key they are."""
    return [
        item if item.error is None else BatchItem(error=of(item.error, key))
        for item, key in zip(items, keys)
    ]


def set_of(entry: SetEntry) -> Set:
    """INVALID_ARGUMENT if it is under two conditions, of which the wire could carry only one."""
    conditions = [entry.if_absent, entry.if_present, entry.if_etag is not None]
    if sum(conditions) > 1:
        raise invalid("condition: more than one is given; give if_absent, if_present or if_etag")
    return Set(
        key_bytes(entry.key),
        value_bytes(entry.value),
        entry.ttl_seconds,
        entry.if_absent,
        entry.if_present,
        entry.if_etag,
        entry.keep_ttl,
    )
