# SPDX-License-Identifier: Apache-2.0
"""Starts the real cache_server, whose path CACHE_SERVER has, and tells when it serves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from types import TracebackType
from typing import IO, Optional

_SERVING = re.compile(r"serving on ([^\s;,]+)")


def program(name: str) -> str:
    path = os.environ.get(name, "")
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{name}: set it to the absolute path of the program; got '{path}'")
    return path


class Server:
    """A cache_server that serves until its block ends."""

    def __init__(self, *flags: str, listen: str = "127.0.0.1:0") -> None:
        command = [program("CACHE_SERVER"), f"--listen={listen}", *flags]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("APP_CACHE")
        }
        self._process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.log: list[str] = []
        self.address = self._wait_until_it_serves()
        assert self._process.stderr is not None
        reader = threading.Thread(target=self._drain, args=(self._process.stderr,), daemon=True)
        reader.start()

    @property
    def url(self) -> str:
        return f"grpc://{self.address}"

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        # The signal is there; this is until it has stopped.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process.poll() is None:
            self.resume()
            self._process.terminate()
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait_until_it_serves(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log.append(line)
            found = _SERVING.search(line)
            if found:
                return found.group(1)
        raise RuntimeError(f"cache_server ended: {''.join(self.log)}")

    def _drain(self, lines: IO[str]) -> None:
        for line in lines:
            self.log.append(line)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.stop()
