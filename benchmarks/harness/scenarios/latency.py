# SPDX-License-Identifier: Apache-2.0
"""Latency from when a call was due: under half of the load that the server bears, and after idle
seconds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.measure import Case, Contest, Goal, Sample, take_turns
from benchmarks.harness.servers import TRANSPORTS, CacheServer, FloorServer

TITLE = "Latency"

_IDLE_SECONDS = 2


def run(bench: Bench) -> list[Case]:
    with ExitStack() as started:
        servers: dict[str, CacheServer | FloorServer] = {
            transport: started.enter_context(bench.cache_server(transport))
            for transport in TRANSPORTS
        }
        servers["floor"] = started.enter_context(bench.floor_server())
        bench.say("latency: the greatest rate")
        prefill = ["--client=stub", "--prefill", "--op=get_hit", f"--seconds={bench.seconds}"]
        greatest = {
            name: bench.load_client(servers[name].address, *prefill).calls_per_second
            for name in TRANSPORTS
        }

        def sampler(name: str, quantile: str, *flags: str) -> Callable[[], Sample]:
            server = servers[name]
            # The floor knows no keys: what it answers is a miss.
            call = "--op=get_miss" if name == "floor" else "--op=get_hit"

            def sample() -> Sample:
                before = server.cpu_seconds()
                report = bench.load_client(server.address, "--client=stub", call, *flags)
                cpu = {
                    server.name: server.cpu_seconds() - before,
                    "load_client": report.cpu_seconds,
                }
                return Sample(report.latency_us[quantile], cpu, report.fault)

            return sample

        # A quick bench must come through on a machine that does other things, too.
        rate = 1_000 if bench.is_quick else int(greatest["grpc"] / 2)
        open_loop = [f"--rate={rate}", f"--seconds={bench.seconds}"]
        after_idleness = [f"--idle_seconds={_IDLE_SECONDS}", "--warmup_seconds=0.2"]
        p50 = Case(f"p50 at {rate} calls/s", "µs", "http2")
        p99 = Case(f"p99 at {rate} calls/s", "µs", "http2")
        idle = Case(f"slowest of 100 calls after {_IDLE_SECONDS} s of idleness", "µs", "http2")
        p99.goals = [Goal(2, "floor", True, subject=transport) for transport in TRANSPORTS]
        idle.goals = [Goal(5_000, is_ceiling=True, subject=transport) for transport in TRANSPORTS]
        cases = take_turns(
            [
                Contest(p50, {name: sampler(name, "p50", *open_loop) for name in servers}),
                Contest(p99, {name: sampler(name, "p99", *open_loop) for name in servers}),
                Contest(idle, {name: sampler(name, "max", *after_idleness) for name in servers}),
            ],
            bench.rounds,
            bench.say,
        )
    return cases
