# SPDX-License-Identifier: Apache-2.0
"""Requests as they stand on the wire: what h2load sends, again and again.

The fields are those of protos/*.proto, and of etcd's rpc.proto."""

from __future__ import annotations

KEY_BYTES = 15


def key(number: int) -> bytes:
    return b"key:%011d" % number


def value(size: int) -> bytes:
    return b"v" * size


def varint(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def field(number: int, content: bytes) -> bytes:
    """A field of bytes, or a message in one (protobuf's encoding, wire type 2)."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def flag(number: int) -> bytes:
    """A field of a bool that is true."""
    return varint(number << 3) + b"\x01"


def frame(message: bytes) -> bytes:
    """As gRPC sends a message: not compressed, and its size before it."""
    return b"\0" + len(message).to_bytes(4, "big") + message
