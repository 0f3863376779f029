# SPDX-License-Identifier: Apache-2.0
"""Between operations and the messages of protos/: once, for both kinds of client."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Optional, TypeVar, Union

from google.protobuf import duration_pb2
from google.protobuf.message import DecodeError

from . import operations as ops
from ._stubs import batch_pb2, cache_pb2, counter_pb2
from .durations import format_seconds, nanos_of
from .errors import CacheError, Code, invalid

Result = TypeVar("Result")

# The most of google.protobuf.Duration. More than any service allows, so it refuses this as well.
_MOST_SECONDS = 315_576_000_000


@dataclass(frozen=True)
class Method:
    """One RPC."""

    path: str
    encode: Callable[[Any], Any]
    response: Any
    decode: Callable[[Any], Any]


@dataclass(frozen=True)
class Rpc:
    """One message to the service."""

    path: str
    request: bytes
    #: Whether gRPC may send it again.
    repeats: bool
    method: Method

    def answer(self, message: bytes) -> Any:
        """What the service has answered; INTERNAL if nobody can make sense of it."""
        try:
            return self.method.decode(self.method.response.FromString(message))
        except DecodeError:
            name = self.path.rpartition("/")[2]
            raise CacheError(
                Code.INTERNAL, f"the service answered what is no {name}Response"
            ) from None


def rpc_of(operation: ops.Operation[Any]) -> Rpc:
    """INVALID_ARGUMENT for what no message can carry."""
    method = _METHODS[type(operation)]
    request = method.encode(operation).SerializeToString()
    return Rpc(method.path, request, may_repeat(operation), method)


def may_repeat(operation: ops.Operation[Any]) -> bool:
    """Whether gRPC may repeat the call. The policy goes by method, and these depend on what is
    stored, or change a TTL."""
    if isinstance(operation, (ops.Get, ops.Exists)):
        return operation.touch_seconds is None
    if isinstance(operation, (ops.Set, ops.BatchSet)):
        return operation.is_plain
    return True


def _duration(field: str, seconds: Optional[float]) -> Any:
    if seconds is None:
        return None
    if not math.isfinite(seconds):
        raise invalid(f"{field}: is {format_seconds(seconds)}; give a number of seconds")
    nanos = nanos_of(min(max(seconds, -_MOST_SECONDS), _MOST_SECONDS))
    # Both have the sign of the whole.
    whole, rest = divmod(abs(nanos), 1_000_000_000)
    sign = -1 if nanos < 0 else 1
    return duration_pb2.Duration(seconds=sign * whole, nanos=sign * rest)


def _seconds(message: Any) -> Optional[float]:
    if not message.HasField("ttl"):
        return None
    return float(message.ttl.seconds) + float(message.ttl.nanos) / 1e9


def _get_request(get: ops.Get) -> cache_pb2.GetRequest:
    return cache_pb2.GetRequest(
        key=get.key,
        want_etag=get.want_etag,
        want_ttl=get.want_ttl,
        touch=_duration("touch", get.touch_seconds),
    )


def _get_result(response: Any) -> ops.GetResult:
    value = response.value if response.HasField("value") else None
    return ops.GetResult(value, response.etag or None, _seconds(response))


def _set_request(entry: ops.Set) -> cache_pb2.SetRequest:
    request = cache_pb2.SetRequest(
        key=entry.key,
        value=entry.value,
        ttl=_duration("ttl", entry.ttl_seconds),
        keep_ttl=entry.keep_ttl,
    )
    if entry.if_absent:
        request.if_absent = True
    if entry.if_present:
        request.if_present = True
    if entry.if_etag is not None:
        request.if_etag = entry.if_etag
    return request


def _exists_request(exists: ops.Exists) -> cache_pb2.ExistsRequest:
    touch = _duration("touch", exists.touch_seconds)
    return cache_pb2.ExistsRequest(key=exists.key, want_ttl=exists.want_ttl, touch=touch)


def _increment_request(increment: ops.Increment) -> counter_pb2.IncrementRequest:
    if not -(2**63) <= increment.delta < 2**63:
        raise invalid("delta: does not fit 64 bits with a sign; add less")
    ttl = _duration("ttl", increment.ttl_seconds)
    return counter_pb2.IncrementRequest(key=increment.key, delta=increment.delta, ttl=ttl)


def _batch_set_request(batch: ops.BatchSet) -> batch_pb2.BatchSetRequest:
    entries = []
    for number, entry in enumerate(batch.entries):
        try:
            entries.append(_set_request(entry))
        except CacheError as error:
            raise invalid(f"entries[{number}].{error.message}") from None
    return batch_pb2.BatchSetRequest(entries=entries)


def code_of(number: int) -> Code:
    """UNKNOWN for a code that nobody knows, as gRPC has it."""
    try:
        return Code(number)
    except ValueError:
        return Code.UNKNOWN


def _items(field: str, optional: bool = False) -> Callable[[Any], list[ops.BatchItem[Any]]]:
    def item(result: Any) -> ops.BatchItem[Any]:
        if result.HasField("error"):
            return ops.BatchItem(error=CacheError(code_of(result.error.code), result.error.message))
        there = not optional or result.HasField(field)
        return ops.BatchItem(getattr(result, field) if there else None)

    return lambda response: [item(result) for result in response.results]


def _method(service: str, kind: Any, encode: Any, messages: Any, decode: Any) -> Method:
    path = f"/cachestore.v1.{service}/{kind.name}"
    return Method(path, encode, getattr(messages, f"{kind.name}Response"), decode)


def _keys_method(kind: Any, field: str, optional: bool = False) -> Method:
    request = getattr(batch_pb2, f"{kind.name}Request")
    decode = _items(field, optional)
    return _method("CacheBatch", kind, lambda batch: request(keys=batch.keys), batch_pb2, decode)


_Kind = Union[type[ops.Operation[Any]], Any]
_METHODS: dict[_Kind, Method] = {
    ops.Get: _method("CacheStore", ops.Get, _get_request, cache_pb2, _get_result),
    ops.Set: _method("CacheStore", ops.Set, _set_request, cache_pb2, lambda r: r.stored),
    ops.Delete: _method(
        "CacheStore",
        ops.Delete,
        lambda delete: cache_pb2.DeleteRequest(key=delete.key, if_etag=delete.if_etag),
        cache_pb2,
        lambda response: response.deleted,
    ),
    ops.Exists: _method(
        "CacheStore",
        ops.Exists,
        _exists_request,
        cache_pb2,
        lambda response: ops.ExistsResult(response.exists, _seconds(response)),
    ),
    ops.Increment: _method(
        "CacheCounter",
        ops.Increment,
        _increment_request,
        counter_pb2,
        lambda response: ops.IncrementResult(response.value, _seconds(response)),
    ),
    ops.Clear: _method(
        "CacheStore",
        ops.Clear,
        lambda _: cache_pb2.ClearRequest(),
        cache_pb2,
        lambda _: None,
    ),
    ops.Ping: _method(
        "CacheStore",
        ops.Ping,
        lambda _: cache_pb2.PingRequest(),
        cache_pb2,
        lambda _: None,
    ),
    ops.BatchGet: _keys_method(ops.BatchGet, "value", optional=True),
    ops.BatchDelete: _keys_method(ops.BatchDelete, "deleted"),
    ops.BatchExists: _keys_method(ops.BatchExists, "exists"),
    ops.BatchSet: _method(
        "CacheBatch", ops.BatchSet, _batch_set_request, batch_pb2, _items("stored")
    ),
}
