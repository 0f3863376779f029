# SPDX-License-Identifier: Apache-2.0
"""Latency beside Redis at the same rate, half of the greatest that Redis bears without pipelining:
by the same open loop, from when each call was due."""

from __future__ import annotations

import statistics

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Command, OpenLoop, RedisBenchmark, Wire
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.processes import BenchError
from benchmarks.harness.servers import Redis

TITLE = "Latency beside Redis"

_VALUE_BYTES = 64


def run(bench: Bench) -> list[Case]:
    with bench.cache_server("http2") as ours, Redis(bench.folder) as redis:
        wires = {"http2": Wire(bench.programs, ours), "Redis": Wire(bench.programs, redis)}
        for wire in wires.values():
            wire.fill()
        # A quick bench must come through on a machine that does other things, too.
        rate = 1_000 if bench.is_quick else int(_greatest_rate(bench, redis) / 2)
        loads = {name: OpenLoop(wire, rate, bench.seconds) for name, wire in wires.items()}
        p99 = Case(f"p99 of a Get at {rate} calls/s", "µs", "http2", [Goal(1.5, "Redis", True)])
        p50 = Case(f"p50 of a Get at {rate} calls/s", "µs", "http2")
        return take_turns(
            [
                Contest(p99, {**loads}),
                Contest(p50, {name: load.p50 for name, load in loads.items()}),
            ],
            bench.rounds,
            bench.say,
        )


def _greatest_rate(bench: Bench, redis: Redis) -> float:
    bench.say("tail: Redis's greatest rate")
    get = Command("get", ["get", wire.key(0).decode()], _VALUE_BYTES)
    load = RedisBenchmark(redis, get, bench.seconds)
    load()  # Finds out how many calls take so long.
    samples = [load() for _ in range(3)]
    for sample in samples:
        if sample.fault:
            raise BenchError(sample.fault)
    return statistics.median(sample.value for sample in samples)
