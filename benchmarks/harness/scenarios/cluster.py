# SPDX-License-Identifier: Apache-2.0
"""The service over a Redis Cluster of three masters beside the service over one Redis."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Shape, SideBySide, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import TRANSPORTS, Redis, RedisCluster

TITLE = "Over a Redis Cluster"

# wire_client's name of each call, how calls overlap, and how fast a cluster shall be beside one Redis.
_CALLS = {
    "Set": ("set", Shape(10, 10), 0.85),
    "Get": ("get", Shape(10, 10), 0.85),
    "BatchSet of 100": ("batch_set", Shape(4, 1), 0.6),
    "BatchGet of 100": ("batch_get", Shape(4, 1), 0.6),
}


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        redis = servers.enter_context(Redis(bench.folder))
        cluster = RedisCluster(bench.folder, servers)
        engines: dict[str, tuple[str, Sequence[Redis]]] = {
            "one Redis": (f"redis://127.0.0.1:{redis.port}/0", [redis]),
            "cluster": (cluster.url, cluster.nodes),
        }
        contests: list[Contest] = []
        for transport in TRANSPORTS:
            wires = {
                name: Wire(
                    bench.programs,
                    servers.enter_context(
                        bench.cache_server(transport, "--backend=redis", f"--storage_url={url}")
                    ),
                )
                for name, (url, _) in engines.items()
            }
            for title, (operation, shape, limit) in _CALLS.items():
                contenders: dict[str, Run] = {
                    name: SideBySide(
                        [ClosedLoop(wire, operation, shape, bench.seconds, Wire.KEYS)],
                        engines[name][1],
                    )
                    for name, wire in wires.items()
                }
                case = Case(
                    f"{title}, {shape}, {transport}",
                    "entries/s",
                    "cluster",
                    [Goal(limit, "one Redis", subject="cluster")],
                )
                contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
