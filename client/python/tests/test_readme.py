# SPDX-License-Identifier: Apache-2.0
"""Runs what README.md shows, against a service, and looks whether it prints what stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from servers import Server

_README = Path(__file__).resolve().parents[1] / "README.md"
_PAIR = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
SNIPPETS = _PAIR.findall(_README.read_text())


def test_every_snippet_stands_before_what_it_prints() -> None:
    assert len(SNIPPETS) == _README.read_text().count("```python\n") >= 4


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_a_snippet_prints_what_stands_behind_it(number: int) -> None:
    code, expected = SNIPPETS[number]
    with Server() as server:
        environment = {
            "PYTHONPATH": ":".join(sys.path),
            "APP_CACHE_BACKEND": "remote",
            "APP_CACHE_STORAGE_URL": server.url,
        }
        finished = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=environment,
            text=True,
            capture_output=True,
            timeout=60,
        )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == expected
