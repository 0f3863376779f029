# SPDX-License-Identifier: Apache-2.0
"""What the service takes before it does anything."""

from __future__ import annotations

import time

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Shape
from benchmarks.harness.measure import Case, Contest, Goal, Sample, take_turns
from benchmarks.harness.scenarios.unary import GET_MISS, our_call

TITLE = "Footprint"


def run(bench: Bench) -> list[Case]:
    call = our_call(bench, GET_MISS)

    def start_to_first_answer() -> Sample:
        with bench.cache_server() as server:
            H2Load(server, f"http://{server.address}", call, Shape(1, 1), 0).once()
            return Sample((time.monotonic() - server.started_at) * 1e3)

    with bench.cache_server() as idle:
        H2Load(idle, f"http://{idle.address}", call, Shape(1, 1), 0).once()

        def resident() -> Sample:
            return Sample(idle.resident_bytes() / 2**20)

        def processor_share() -> Sample:
            seconds = 5 * bench.seconds
            before = idle.cpu_seconds()
            time.sleep(seconds)
            used = idle.cpu_seconds() - before
            return Sample(100 * used / seconds, {"cache_server": used})

        def case(title: str, unit: str, limit: float) -> Case:
            return Case(title, unit, "cache_server", [Goal(limit, is_ceiling=True)])

        return take_turns(
            [
                Contest(
                    case("start to first answer", "ms", 100),
                    {"cache_server": start_to_first_answer},
                ),
                Contest(case("resident while idle", "MiB", 30), {"cache_server": resident}),
                Contest(
                    case("of one core while idle", "%", 0.2), {"cache_server": processor_share}
                ),
            ],
            bench.rounds,
            bench.say,
        )
