# SPDX-License-Identifier: Apache-2.0
"""What an operation sends to a service, and what it makes of the answers: without I/O, so once for
both kinds of client.

A batch whose request would be larger than max_batch_bytes is sent in parts, one after the other; an
entry that is larger by itself goes by a Set. If the first part fails the batch does; if a later one
does, its items and those after it have its error, unless it refuses an item: then that is the error
of the batch, though what came before is done. Values for which a reply had no room are fetched by
single Gets, a few at a time.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, Union

from . import operations as ops
from .codec import Rpc, rpc_of
from .errors import CacheError, Code, invalid

#: Yields the RPCs to be made now, side by side; takes the answer, or the error, of each.
Steps = Generator[list[Rpc], list[Any], Any]

_Batch = Union[ops.BatchGet, ops.BatchSet, ops.BatchDelete, ops.BatchExists]
_BATCHES = (ops.BatchGet, ops.BatchSet, ops.BatchDelete, ops.BatchExists)

# What one item takes of a request at most, besides its key and its value.
_ITEM_OVERHEAD_BYTES = 64

_FETCHES_AT_A_TIME = 8


def steps_of(operation: ops.Operation[Any], max_batch_bytes: int) -> Steps:
    """The generator returns the operation's result, or raises CacheError."""
    if isinstance(operation, _BATCHES):
        return _batch(operation, max_batch_bytes)
    return _single(operation)


def _single(operation: ops.Operation[Any]) -> Steps:
    (answer,) = yield [rpc_of(operation)]
    if isinstance(answer, CacheError):
        raise answer
    return answer


def _batch(batch: _Batch, max_bytes: int) -> Steps:
    size = len(batch.keys)
    parts = _parts(batch, max_bytes)
    rpcs = _encoded(parts)
    items: list[ops.BatchItem[Any]] = []
    for part, rpc in zip(parts, rpcs):
        (answer,) = yield [rpc]
        if isinstance(part, ops.Set):
            answer = _of_one(answer)
        if not isinstance(answer, CacheError) and len(answer) != len(part.keys):
            answer = CacheError(
                Code.INTERNAL,
                f"the service answered {len(answer)} results for {len(part.keys)} keys",
            )
        if isinstance(answer, CacheError):
            if not items:
                raise answer
            if answer.code is Code.INVALID_ARGUMENT:
                raise _refused_later(answer, len(items))
            rest = [ops.BatchItem[Any](error=answer)] * (size - len(items))
            return (yield from _fetched(batch, items)) + rest
        items += answer
    return (yield from _fetched(batch, items))


def _parts(batch: _Batch, max_bytes: int) -> list[ops.Operation[Any]]:
    parts: list[ops.Operation[Any]] = []
    for begin, end in _cuts(batch, max_bytes):
        part = batch.part(begin, end)
        # Only one item alone can be larger.
        if isinstance(part, ops.BatchSet) and sum(_sizes(part)) > max_bytes:
            parts.append(part.entries[0])
        else:
            parts.append(part)
    return parts


def _of_one(answer: Any) -> Any:
    """What the Set of one entry has ended with, as a batch of that entry would."""
    if not isinstance(answer, CacheError):
        return [ops.BatchItem(answer)]
    if answer.code is Code.INVALID_ARGUMENT:
        return invalid(f"entries[0].{answer.message}")
    is_away = answer.code in (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)
    return answer if is_away else [ops.BatchItem[bool](error=answer)]


def _cuts(batch: _Batch, max_bytes: int) -> list[tuple[int, int]]:
    """Where each part begins and ends. None is empty, but that of an empty batch."""
    cuts, begin, size = [], 0, 0
    for number, added in enumerate(_sizes(batch)):
        if number > begin and size + added > max_bytes:
            cuts.append((begin, number))
            begin, size = number, 0
        size += added
    return [*cuts, (begin, len(batch.keys))]


def _sizes(batch: _Batch) -> list[int]:
    return [item_bytes + _ITEM_OVERHEAD_BYTES for item_bytes in batch.item_bytes()]


def _encoded(parts: list[ops.Operation[Any]]) -> list[Rpc]:
    """All of them before the first is sent, so that what is wrong with one is found in time."""
    rpcs, before = [], 0
    for part in parts:
        try:
            rpcs.append(rpc_of(part))
        except CacheError as error:
            message = f"entries[0].{error.message}" if isinstance(part, ops.Set) else error.message
            raise invalid(_renumbered(message, before)) from None
        before += len(part.keys)
    return rpcs


def _refused_later(error: CacheError, before: int) -> CacheError:
    return invalid(
        f"{_renumbered(error.message, before)}; of this batch, the first {before} were sent and "
        "are done"
    )


def _renumbered(message: str, before: int) -> str:
    """What is said of one item, with its number in the whole batch."""
    return re.sub(
        r"^(keys|entries)\[(\d+)\]",
        lambda found: f"{found.group(1)}[{int(found.group(2)) + before}]",
        message,
    )


def _fetched(
    batch: _Batch, items: list[ops.BatchItem[Any]]
) -> Generator[list[Rpc], list[Any], list[ops.BatchItem[Any]]]:
    """The items of a BatchGet with those values for which there was no room."""
    if not isinstance(batch, ops.BatchGet):
        return items
    missing = [
        number
        for number, item in enumerate(items)
        if item.error is not None and item.error.code is Code.RESOURCE_EXHAUSTED
    ]
    for first in range(0, len(missing), _FETCHES_AT_A_TIME):
        places = missing[first : first + _FETCHES_AT_A_TIME]
        answers = yield [rpc_of(ops.Get(batch.all_keys[place])) for place in places]
        for place, answer in zip(places, answers):
            is_error = isinstance(answer, CacheError)
            items[place] = ops.BatchItem(error=answer) if is_error else ops.BatchItem(answer.value)
    return items
