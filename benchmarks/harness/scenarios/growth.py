# SPDX-License-Identifier: Apache-2.0
"""One to a few services of one thread each before one Redis Cluster, each with as many callers."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Shape, SideBySide, Wire
from benchmarks.harness.measure import Case, Contest, Run, take_turns
from benchmarks.harness.servers import TRANSPORTS, RedisCluster

TITLE = "Several services before a Redis Cluster"

_SERVICES = (1, 2, 3)
_SHAPE = Shape(5, 10)  # To each.


def _contest(bench: Bench, servers: ExitStack, cluster: RedisCluster, transport: str) -> Contest:
    flags = ["--backend=redis", f"--storage_url={cluster.url}", "--threads=1"]
    loads: list[Run] = []
    for _ in range(max(_SERVICES)):
        server = servers.enter_context(bench.cache_server(transport, *flags))
        wire = Wire(bench.programs, server)
        wire.fill()
        loads.append(ClosedLoop(wire, "get", _SHAPE, bench.seconds, Wire.KEYS))
    contenders: dict[str, Run] = {
        f"{number} service{'s' if number > 1 else ''}": SideBySide(loads[:number], cluster.nodes)
        for number in _SERVICES
    }
    title = f"Get, {_SHAPE} to each, {transport}"
    return Contest(Case(title, "calls/s", next(iter(contenders))), contenders)


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        cluster = RedisCluster(bench.folder, servers)
        contests = [_contest(bench, servers, cluster, transport) for transport in TRANSPORTS]
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
