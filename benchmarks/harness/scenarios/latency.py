# SPDX-License-Identifier: Apache-2.0
"""Latency from when a call was due: under half of the load that the server bears, and after idle
seconds."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, OpenLoop, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, Sample, take_turns
from benchmarks.harness.processes import BenchError
from benchmarks.harness.servers import TRANSPORTS, CacheServer, FloorServer

TITLE = "Latency"

_IDLE_SECONDS = 2
_VALUE_BYTES = 64


def run(bench: Bench) -> list[Case]:
    with ExitStack() as started:
        servers: dict[str, CacheServer | FloorServer] = {
            transport: started.enter_context(bench.cache_server(transport))
            for transport in TRANSPORTS
        }
        servers["floor"] = started.enter_context(bench.floor_server(value_bytes=_VALUE_BYTES))
        wires = {name: Wire(bench.programs, server) for name, server in servers.items()}
        for name in TRANSPORTS:
            wires[name].fill()
        # A quick bench must come through on a machine that does other things, too.
        rate = 1_000 if bench.is_quick else int(_greatest_rate(bench, wires["grpc"]) / 2)
        # The floor knows the value of the first key alone.
        loads = {name: OpenLoop(wire, rate, bench.seconds, keys=1) for name, wire in wires.items()}

        def after_idleness(name: str) -> Run:
            server = servers[name]
            flags = ["--client=stub", "--op=get_hit", "--keys=1", "--warmup_seconds=0.2"]
            flags.append(f"--idle_seconds={_IDLE_SECONDS}")

            def sample() -> Sample:
                before = server.cpu_seconds()
                report = bench.load_client(server.address, *flags)
                cpu = {
                    server.name: server.cpu_seconds() - before,
                    "load_client": report.cpu_seconds,
                }
                return Sample(report.latency_us["max"], cpu, report.fault)

            return sample

        p99 = Case(f"p99 at {rate} calls/s", "µs", "http2")
        p50 = Case(f"p50 at {rate} calls/s", "µs", "http2")
        idle = Case(f"slowest of 100 calls after {_IDLE_SECONDS} s of idleness", "µs", "http2")
        p99.goals = [Goal(2, "floor", True, subject=transport) for transport in TRANSPORTS]
        idle.goals = [Goal(5_000, is_ceiling=True, subject=transport) for transport in TRANSPORTS]
        cases = take_turns(
            [
                Contest(p99, {**loads}),
                Contest(p50, {name: load.p50 for name, load in loads.items()}),
                Contest(idle, {name: after_idleness(name) for name in servers}),
            ],
            bench.rounds,
            bench.say,
        )
    return cases


def _greatest_rate(bench: Bench, wire: Wire) -> float:
    bench.say("latency: the greatest rate")
    sample = ClosedLoop(wire, "get", Shape(16, 4), bench.seconds)()
    if sample.fault:
        raise BenchError(sample.fault)
    return sample.value
