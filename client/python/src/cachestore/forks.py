# SPDX-License-Identifier: Apache-2.0
"""What a fork leaves of gRPC: its threads stay in the parent, so that a child that inherits a gRPC
in use hangs or aborts (https://github.com/grpc/grpc/blob/master/doc/fork_support.md)."""

from __future__ import annotations

import os
from typing import Optional

from .errors import CacheError, Code

_ADVICE = "make the first call after the fork, or start processes with spawn"

# The process whose gRPC this is; None until a channel is opened.
_user: Optional[int] = None


def check_fork(with_asyncio: bool) -> None:
    """Before a channel is opened. FAILED_PRECONDITION, rather than a child that hangs, if gRPC was
    used before the fork and cannot go on in the child."""
    global _user
    pid = os.getpid()
    if _user is not None and _user != pid:
        supported = os.environ.get("GRPC_ENABLE_FORK_SUPPORT", "").lower() in (
            "1",
            "true",
            "yes",
        )
        if with_asyncio or not supported:
            more = "" if with_asyncio else ", or set GRPC_ENABLE_FORK_SUPPORT=1"
            raise CacheError(
                Code.FAILED_PRECONDITION,
                "this process was forked after the cache had been used, and gRPC does not go on in "
                f"the child; {_ADVICE}{more}",
            )
    _user = pid
