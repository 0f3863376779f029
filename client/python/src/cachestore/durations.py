# SPDX-License-Identifier: Apache-2.0
"""Times as people write them: 90, 1.5, 500ms, 5m, 1h30m."""

from __future__ import annotations

import math
import re
from typing import Optional

_SECONDS_OF = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|ns|m|s)")
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")


def parse_seconds(text: str) -> Optional[float]:
    """The seconds that `text` says, as a number or as numbers with units; None if it says none."""
    if _NUMBER.fullmatch(text):
        return float(text)
    seconds, end = 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != end:
            return None
        seconds += float(part.group(1)) * _SECONDS_OF[part.group(2)]
        end = part.end()
    return seconds if text and end == len(text) else None


def ttl_seconds_of(ttl: str) -> float:
    """A TTL such as 5m, as code that decorates a function has it. ValueError if it is none."""
    seconds = parse_seconds(ttl)
    if not seconds:
        raise ValueError(f'ttl: got "{ttl}"; takes seconds, or a duration such as 500ms, 90s or 5m')
    return seconds


def format_seconds(seconds: float) -> str:
    """The seconds as the service writes them in its errors: 5m, 8760h, 1.5ms, -1s."""
    if not math.isfinite(seconds):
        return str(seconds)
    if seconds < 0:
        return "-" + format_seconds(-seconds)
    if seconds == 0:
        return "0"
    for unit in ("ns", "us", "ms"):
        if seconds < 1000 * _SECONDS_OF[unit] and seconds < 1:
            return _with_unit(seconds / _SECONDS_OF[unit], unit)
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(_with_unit(number, unit) for number, unit in parts if number)


def _with_unit(number: float, unit: str) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".") + unit


def nanos_of(seconds: float) -> int:
    """Whole nanoseconds; what is more than zero stays so."""
    nanos = round(seconds * 1e9)
    return 1 if nanos == 0 and seconds > 0 else nanos
