# SPDX-License-Identifier: Apache-2.0
"""What every scenario is given."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import wire
from benchmarks.harness.loads import ClientReport, load_client
from benchmarks.harness.servers import CacheServer, FloorServer, Programs


@dataclass(frozen=True)
class Bench:
    """One run of the bench. `rounds` and `seconds` are how often and about how long each contender
    runs; a quick bench only shows that everything works."""

    programs: Programs
    folder: Path  # For logs and requests; gone after the run.
    rounds: int
    seconds: float
    is_quick: bool

    @property
    def cores(self) -> int:
        return os.cpu_count() or 1

    def body(self, message: bytes) -> Path:
        """A file with the request of a call, as h2load takes it."""
        path = self.folder / f"request-{hashlib.sha256(message).hexdigest()[:16]}"
        path.write_bytes(wire.frame(message))
        return path

    def say(self, text: str) -> None:
        """Shows what is going on: over the last such line on a terminal."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
        else:
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def cache_server(self, transport: str, *flags: str) -> CacheServer:
        return CacheServer(self.programs, self.folder, transport, flags)

    def prefill(self, server: CacheServer, keys: int) -> None:
        """Stores what our clients get, under so many keys."""
        flags = [f"--keys={keys}", "--prefill", "--op=get_hit", "--seconds=0.1"]
        self.load_client(server.address, *flags)

    def floor_server(self, api: str = "raw_async", value_bytes: int = 0) -> FloorServer:
        return FloorServer(self.programs, self.folder, api, value_bytes)

    def load_client(self, address: str, *flags: str) -> ClientReport:
        return load_client(self.programs, address, *flags)
