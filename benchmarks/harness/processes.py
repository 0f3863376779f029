# SPDX-License-Identifier: Apache-2.0
"""The processes of a benchmark: programs that run once, and servers that others talk to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self, TypeVar

_T = TypeVar("_T")

START_SECONDS = 20.0
STOP_SECONDS = 20.0


class BenchError(Exception):
    """What ends the bench; the message says what to do about it."""


@dataclass(frozen=True)
class Finished:
    output: str
    cpu_seconds: float


class Program:
    """A program that runs to its end, beside its caller until it is asked how it went."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._output = TemporaryFile()
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT
        )

    def finish(self) -> Finished:
        """Waits for the end. BenchError, with what the program said, if it failed."""
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        with self._output:
            self._output.seek(0)
            said = self._output.read().decode(errors="replace")
        if self._process.returncode != 0:
            command = " ".join(self._command)
            raise BenchError(f"{command} exited {self._process.returncode}: {said.strip()}")
        return Finished(said, usage.ru_utime + usage.ru_stime)


def run_program(command: Sequence[str]) -> Finished:
    return Program(command).finish()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server process; its log is a file. Use with `with`: at the end it is told to stop."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.name = name
        self.started_at = time.monotonic()
        self._log = folder / f"{name}-{free_port()}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=folder
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def stop(self) -> str:
        """Ends the server, if nobody did, and returns its log."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        return self.log()

    def await_log(self, pattern: str) -> re.Match[str]:
        """Waits until the log has what matches `pattern`."""
        return self._await(lambda: re.search(pattern, self.log()), f"to log {pattern!r}")

    def await_port(self, port: int) -> None:
        """Waits until the server accepts connections."""

        def connect() -> bool:
            with socket.socket() as client:
                return client.connect_ex(("127.0.0.1", port)) == 0

        self._await(connect, f"to listen on port {port}")

    def _await(self, poll: Callable[[], _T | None], what: str) -> _T:
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            found = poll()
            if found:
                return found
            if self._process.poll() is not None:
                raise BenchError(f"{self.name} ended instead of starting: {self.log().strip()}")
            time.sleep(0.002)
        raise BenchError(f"{self.name} took too long {what}: {self.log().strip()}")

    def cpu_seconds(self) -> float:
        """Of all its threads since it started, to the nanosecond where /proc has 10 ms."""
        clock_of_process = (~self._process.pid << 3) | 2  # As clock_getcpuclockid(3) makes it.
        return time.clock_gettime(clock_of_process)

    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    def most_resident_bytes(self) -> int:
        """The most that it had in RAM at any time."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        if found is None:
            raise BenchError(f"{self.name}: /proc does not say the most memory that it had")
        return int(found[1]) * 1024
