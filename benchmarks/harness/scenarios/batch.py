# SPDX-License-Identifier: Apache-2.0
"""Batches of a hundred entries: ours beside Redis's MGET and its pipelines, all called by the same
light generator."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import ONE_THREAD, TRANSPORTS, Redis

TITLE = "Batches of 100 entries"

# wire_client's name of each, what Redis does in place of it, and how many times as fast each transport shall be.
_RPCS = {
    "BatchSet": ("batch_set", "100 SETs", {"http2": 1.0, ONE_THREAD: 1.0, "grpc": 1.0}),
    "BatchGet": ("batch_get", "MGET", {"http2": 1.3, ONE_THREAD: 1.3, "grpc": 1.0}),
}


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        wires = {
            transport: Wire(bench.programs, servers.enter_context(bench.cache_server(transport)))
            for transport in TRANSPORTS
        }
        wires[ONE_THREAD] = Wire(
            bench.programs, servers.enter_context(bench.cache_server("http2", "--threads=1"))
        )
        redis = Wire(bench.programs, servers.enter_context(Redis(bench.folder)))
        contests: list[Contest] = []
        for rpc, (
            operation,
            peer,
            limits,
        ) in _RPCS.items():  # In this order: the sets store what is got.
            for shape in (Shape(4, 1), Shape(4, 4)):
                shapes = {transport: shape for transport in wires}
                shapes[peer] = shape.without_pipelining()
                contenders: dict[str, Run] = {
                    name: ClosedLoop(wire, operation, shapes[name], bench.seconds, Wire.KEYS)
                    for name, wire in {**wires, peer: redis}.items()
                }
                goals = [
                    Goal(limit, peer, subject=transport) for transport, limit in limits.items()
                ]
                case = Case(f"{rpc}, {shape}", "entries/s", "http2", goals)
                contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
