# SPDX-License-Identifier: Apache-2.0
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClearRequest(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class ClearResponse(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class CloseRequest(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class CloseResponse(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class DeleteRequest(_message.Message):
    __slots__ = ["if_etag", "key"]
    IF_ETAG_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    if_etag: bytes
    key: bytes
    def __init__(self, key: _Optional[bytes] = ..., if_etag: _Optional[bytes] = ...) -> None: ...

class DeleteResponse(_message.Message):
    __slots__ = ["deleted"]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: bool = ...) -> None: ...

class ExistsRequest(_message.Message):
    __slots__ = ["key", "touch", "want_ttl"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    TOUCH_FIELD_NUMBER: _ClassVar[int]
    WANT_TTL_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    touch: _duration_pb2.Duration
    want_ttl: bool
    def __init__(self, key: _Optional[bytes] = ..., want_ttl: bool = ..., touch: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ExistsResponse(_message.Message):
    __slots__ = ["exists", "ttl"]
    EXISTS_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    exists: bool
    ttl: _duration_pb2.Duration
    def __init__(self, exists: bool = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetRequest(_message.Message):
    __slots__ = ["key", "touch", "want_etag", "want_ttl"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    TOUCH_FIELD_NUMBER: _ClassVar[int]
    WANT_ETAG_FIELD_NUMBER: _ClassVar[int]
    WANT_TTL_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    touch: _duration_pb2.Duration
    want_etag: bool
    want_ttl: bool
    def __init__(self, key: _Optional[bytes] = ..., want_etag: bool = ..., want_ttl: bool = ..., touch: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ["etag", "ttl", "value"]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    etag: bytes
    ttl: _duration_pb2.Duration
    value: bytes
    def __init__(self, value: _Optional[bytes] = ..., etag: _Optional[bytes] = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PingRequest(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class PingResponse(_message.Message):
    __slots__: list[str] = []
    def __init__(self) -> None: ...

class SetRequest(_message.Message):
    __slots__ = ["if_absent", "if_etag", "if_present", "keep_ttl", "key", "ttl", "value"]
    IF_ABSENT_FIELD_NUMBER: _ClassVar[int]
    IF_ETAG_FIELD_NUMBER: _ClassVar[int]
    IF_PRESENT_FIELD_NUMBER: _ClassVar[int]
    KEEP_TTL_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    if_absent: bool
    if_etag: bytes
    if_present: bool
    keep_ttl: bool
    key: bytes
    ttl: _duration_pb2.Duration
    value: bytes
    def __init__(self, key: _Optional[bytes] = ..., value: _Optional[bytes] = ..., ttl: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., if_absent: bool = ..., if_present: bool = ..., if_etag: _Optional[bytes] = ..., keep_ttl: bool = ...) -> None: ...

class SetResponse(_message.Message):
    __slots__ = ["stored"]
    STORED_FIELD_NUMBER: _ClassVar[int]
    stored: bool
    def __init__(self, stored: bool = ...) -> None: ...
