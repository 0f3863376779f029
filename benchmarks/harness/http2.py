# SPDX-License-Identifier: Apache-2.0
"""HTTP/2 frame by frame (RFC 9113, section 6), for what no client would do."""

from __future__ import annotations

import socket
import struct

from benchmarks.harness import wire

DATA, HEADERS, RST_STREAM, SETTINGS, PING = 0, 1, 3, 4, 6
END_STREAM, END_HEADERS = 1, 4

_HEAD = struct.Struct(">HBBBI")  # A length of three bytes, kind, flags, stream.


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return _HEAD.pack(len(payload) >> 8, len(payload) & 255, kind, flags, stream) + payload


# What a client begins with.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, b"")


def _literal(name: bytes, value: bytes) -> bytes:
    """A field of HPACK that is not to be remembered; `name` is an index, or a name's own form."""
    return name + bytes([len(value)]) + value


# The fields of a Get: indexes are those of HPACK's static table (RFC 7541, appendix A).
_GET_FIELDS = b"\x83\x86" + b"".join(  # :method POST, :scheme http
    (
        _literal(b"\x04", b"/cachestore.v1.CacheStore/Get"),  # :path
        _literal(b"\x01", b"benchmark"),  # :authority
        _literal(b"\x00\x02te", b"trailers"),
        _literal(b"\x0f\x10", b"application/grpc"),  # content-type
    )
)
_GET_MESSAGE = wire.frame(wire.field(1, b"k"))


def get(stream: int) -> bytes:
    """A Get of a key that no scenario sets."""
    return frame(HEADERS, END_HEADERS, stream, _GET_FIELDS) + frame(
        DATA, END_STREAM, stream, _GET_MESSAGE
    )


def await_reply(connection: socket.socket) -> None:
    """Reads until a stream has ended."""
    kind = flags = 0
    while kind not in (DATA, HEADERS) or not flags & END_STREAM:
        high, low, kind, flags, _ = _HEAD.unpack(_receive(connection, _HEAD.size))
        _receive(connection, high << 8 | low)


def _receive(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            raise ConnectionResetError("the server hung up")
        content += part
    return content
