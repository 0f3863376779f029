# SPDX-License-Identifier: Apache-2.0
"""TTLs that differ, so that what was stored together does not expire together."""

from __future__ import annotations

import random
from typing import Callable

from . import _spec
from .durations import format_seconds
from .errors import invalid

#: A number from 0 to 1.
Randomness = Callable[[], float]

default_randomness: Randomness = random.random


def shortened(ttl_seconds: float, randomness: Randomness) -> float:
    """The TTL, shorter by up to TTL_JITTER of itself. INVALID_ARGUMENT if it is none, before
    anything is computed."""
    if not ttl_seconds > 0:
        raise invalid(f"ttl: is {format_seconds(ttl_seconds)}; give more than zero")
    return ttl_seconds * (1 - _spec.TTL_JITTER * randomness())
