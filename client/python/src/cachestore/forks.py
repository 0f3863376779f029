# SPDX-License-Identifier: Apache-2.0
"""What a fork leaves of gRPC: its threads stay in the parent, so that a child that inherits a gRPC
in use hangs or aborts. GRPC_ENABLE_FORK_SUPPORT=1 makes it less frequent
(https://github.com/grpc/grpc/blob/master/doc/fork_support.md)."""

from __future__ import annotations

import os
from typing import Optional

from .errors import CacheError, Code

# The process whose gRPC this is; None until a channel is opened.
_user: Optional[int] = None


def is_forked() -> bool:
    """Whether this process was forked from one that had used a channel."""
    return _user is not None and _user != os.getpid()


def check_fork() -> None:
    """Before a channel is used. FAILED_PRECONDITION if a child would hang otherwise."""
    global _user
    if is_forked():
        raise CacheError(
            Code.FAILED_PRECONDITION,
            "this process was forked after the cache had been used, and gRPC does not go on in the "
            "child; make the first call after the fork, or start processes with spawn",
        )
    _user = os.getpid()
