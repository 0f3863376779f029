# SPDX-License-Identifier: Apache-2.0
"""The code as other releases of Debian built it last, with their gRPC, on this machine: see
tests/portability.sh, whose roots have the programs."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Shape
from benchmarks.harness.measure import Case, Contest, Run, take_turns
from benchmarks.harness.processes import BenchError
from benchmarks.harness.scenarios.unary import GET, SET, our_call
from benchmarks.harness.servers import TRANSPORTS, CacheServer, Programs

TITLE = "Releases of Debian and gRPC"

_ROOTS = Path.home() / ".cache/cachestore/portability"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_SHAPES = (Shape(1, 1), Shape(10, 10))

_HERE = "here"


def _loader(root: Path) -> list[str]:
    """Runs a program of a root with the root's libraries."""
    return [
        str(root / _LIBRARIES / "ld-linux-x86-64.so.2"),
        "--library-path",
        str(root / _LIBRARIES),
    ]


def _programs(root: Path) -> Programs | None:
    """None if nothing was built there."""
    link = root / "cachestore/bazel-bin"
    if not link.is_symlink():
        return None
    programs = Programs(root / os.readlink(link).lstrip("/"))  # As it is called inside of the root.
    return programs if Path(programs.cache_server).exists() else None


def _grpc_of(root: Path) -> str:
    header = root / "usr/include/grpcpp/version_info.h"
    version = re.search(r'GRPC_CPP_VERSION_STRING "(.*)"', header.read_text())
    return f"gRPC {version[1] if version else '?'}"


def _others() -> dict[Path, Programs]:
    """The roots of other releases in which the server was built."""
    roots = sorted(_ROOTS.iterdir()) if _ROOTS.is_dir() else []
    built = {root: programs for root in roots if (programs := _programs(root)) is not None}
    if not built:
        raise BenchError("no other release was built: ./dev portability RELEASE... -- build")
    return built


def _servers(
    bench: Bench, stack: ExitStack, transport: str, others: dict[Path, Programs]
) -> dict[str, CacheServer]:
    """By the release, and its gRPC."""
    here = stack.enter_context(bench.cache_server(transport))
    servers = {f"{_HERE}, {_grpc_of(Path('/'))}": here}
    for root, programs in others.items():
        server = CacheServer(programs, bench.folder, transport, loader=_loader(root))
        servers[f"{root.name}, {_grpc_of(root)}"] = stack.enter_context(server)
    return servers


def run(bench: Bench) -> list[Case]:
    contests: list[Contest] = []
    others = _others()
    with ExitStack() as stack:
        for transport in TRANSPORTS:
            servers = _servers(bench, stack, transport, others)
            for shape in _SHAPES:
                contenders: dict[str, Run] = {}
                for name, server in servers.items():
                    url = f"http://{server.address}"
                    H2Load(server, url, our_call(bench, SET), Shape(1, 1), 0).once()
                    contenders[name] = H2Load(
                        server, url, our_call(bench, GET), shape, bench.seconds
                    )
                title = f"Get, a hit, {shape}, {transport}"
                contests.append(Contest(Case(title, "calls/s", next(iter(servers))), contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
