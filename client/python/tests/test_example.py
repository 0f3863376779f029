# SPDX-License-Identifier: Apache-2.0
"""Runs examples/fastapi_service under uvicorn, with a cache, without, and with one that is away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from servers import Server

_EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "fastapi_service"
_SERVING = re.compile(r"running on (http://[0-9.:]+)")


@contextmanager
def _service(**settings: str) -> Iterator[Any]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        **settings,
    }
    command = [sys.executable, "-m", "uvicorn", "service:app", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=_EXAMPLE, env=environment, text=True, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            found = _SERVING.search(line)
            if found:
                with httpx.Client(base_url=found.group(1), timeout=60) as client:
                    yield client
                return
        raise RuntimeError(said)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_with_a_cache_the_second_request_is_fast() -> None:
    with Server() as server:
        settings = {"APP_CACHE_BACKEND": "remote", "APP_CACHE_STORAGE_URL": server.url}
        with _service(**settings) as client:
            cold, warm = (
                client.get("/squares/12").json(),
                client.get("/squares/12").json(),
            )
            print("cold:", cold, "warm:", warm)
            assert (cold["square"], warm["square"]) == (144, 144)
            assert cold["milliseconds"] > 900 > warm["milliseconds"]
            headers = [client.get("/cubes/3").headers["x-cache"] for _ in range(2)]
            assert headers == ["MISS", "HIT"]
            assert [client.get("/cubes/1001").status_code for _ in range(2)] == [
                404,
                404,
            ]
            assert client.get("/readyz").json() == {"status": "ready", "cache": "ok"}
            server.stop()
            # What was in the cache is computed again.
            answer = client.get("/squares/12")
            assert (answer.status_code, answer.json()["square"]) == (200, 144)
            assert client.get("/cubes/3").json() == {"cube": 27}
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (200, "ready")
            assert ready.json()["cache"].startswith("away: UNAVAILABLE in Ping")


def test_without_a_cache_it_works_and_is_ready() -> None:
    with _service() as client:
        for _ in range(2):
            assert client.get("/squares/12").json()["square"] == 144
        assert client.get("/readyz").json() == {"status": "ready"}
