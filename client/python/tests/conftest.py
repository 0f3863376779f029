# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One that the tests share which leave it as it is: each has keys of its own."""
    with Server() as shared:
        yield shared
