# SPDX-License-Identifier: Apache-2.0
"""Latency from when a call was due: under half of the load that the server bears, and after idle
seconds."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness.bench import Bench
from benchmarks.harness.measure import Case, Contest, Goal, Sample, take_turns
from benchmarks.harness.processes import Server

TITLE = "Latency"

_IDLE_SECONDS = 2


def run(bench: Bench) -> list[Case]:
    with bench.cache_server() as ours, bench.floor_server() as floor:
        # The floor knows no keys: what it answers is a miss.
        calls = {"cache_server": "--op=get_hit", "floor": "--op=get_miss"}
        addresses = {"cache_server": ours.address, "floor": floor.address}
        processes: dict[str, Server] = {"cache_server": ours, "floor": floor}
        bench.say("latency: the greatest rate")
        greatest = bench.load_client(
            ours.address, "--client=stub", "--prefill", "--op=get_hit", f"--seconds={bench.seconds}"
        )

        def sampler(name: str, quantile: str, *flags: str) -> Callable[[], Sample]:
            def sample() -> Sample:
                before = processes[name].cpu_seconds()
                report = bench.load_client(addresses[name], "--client=stub", calls[name], *flags)
                cpu = {
                    processes[name].name: processes[name].cpu_seconds() - before,
                    "load_client": report.cpu_seconds,
                }
                return Sample(report.latency_us[quantile], cpu, report.fault)

            return sample

        # A quick bench must come through on a machine that does other things, too.
        rate = 1_000 if bench.is_quick else int(greatest.calls_per_second / 2)
        open_loop = [f"--rate={rate}", f"--seconds={bench.seconds}"]
        after_idleness = [f"--idle_seconds={_IDLE_SECONDS}", "--warmup_seconds=0.2"]
        p50 = Case(f"p50 at {rate} calls/s", "µs", "cache_server")
        p99 = Case(f"p99 at {rate} calls/s", "µs", "cache_server", [Goal(2, "floor", True)])
        idle = Case(
            f"slowest of 100 calls after {_IDLE_SECONDS} s of idleness",
            "µs",
            "cache_server",
            [Goal(5_000, is_ceiling=True)],
        )
        return take_turns(
            [
                Contest(p50, {name: sampler(name, "p50", *open_loop) for name in calls}),
                Contest(p99, {name: sampler(name, "p99", *open_loop) for name in calls}),
                Contest(idle, {name: sampler(name, "max", *after_idleness) for name in calls}),
            ],
            bench.rounds,
            bench.say,
        )
