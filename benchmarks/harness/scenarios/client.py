# SPDX-License-Identifier: Apache-2.0
"""The C++ client beside the stub that gRPC generates, 64 calls in flight."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness.bench import Bench
from benchmarks.harness.measure import Case, Contest, Goal, Sample, take_turns

TITLE = "The C++ client"

_CLIENTS = {"RemoteCacheStore": "store", "coalescing": "coalescing", "bare stub": "stub"}
_OPERATIONS = {"Get, a hit": "get_hit", "Set": "set"}


def run(bench: Bench) -> list[Case]:
    with bench.cache_server("grpc") as ours:
        bench.load_client(ours.address, "--prefill", "--op=get_hit", "--seconds=0.1")

        def sampler(client: str, operation: str) -> Callable[[], Sample]:
            flags = f"--client={client} --op={operation} --seconds={bench.seconds}"

            def sample() -> Sample:
                before = ours.cpu_seconds()
                report = bench.load_client(ours.address, "--warmup_seconds=0.3", *flags.split())
                cpu = {
                    "cache_server": ours.cpu_seconds() - before,
                    "load_client": report.cpu_seconds,
                }
                return Sample(report.calls_per_second, cpu, report.fault)

            return sample

        contests: list[Contest] = []
        for title, operation in _OPERATIONS.items():
            runs = {name: sampler(client, operation) for name, client in _CLIENTS.items()}
            contests.append(
                Contest(
                    Case(title, "calls/s", "RemoteCacheStore", [Goal(0.97, "bare stub")]),
                    {name: runs[name] for name in ("RemoteCacheStore", "bare stub")},
                )
            )
            contests.append(
                Contest(
                    Case(f"{title}, coalescing", "calls/s", "coalescing", [Goal(4, "bare stub")]),
                    {name: runs[name] for name in ("coalescing", "bare stub")},
                )
            )
        return take_turns(contests, bench.rounds, bench.say)
