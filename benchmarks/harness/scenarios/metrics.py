# SPDX-License-Identifier: Apache-2.0
"""What it costs that calls are counted and timed for the metrics address.

Rates of one server differ by a tenth and more from run to run, the processors' time a call by half
of that: to tell two hundredths takes hundreds of short rounds."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Load, Shape
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.scenarios.unary import GET, SET, our_call
from benchmarks.harness.servers import TRANSPORTS

TITLE = "Metrics"

_SHAPE = Shape(10, 10)

_WAYS: dict[str, list[str]] = {"without": ["--call_metrics=false"], "with metrics": []}


def run(bench: Bench) -> list[Case]:
    contests: list[Contest] = []
    with ExitStack() as servers:
        for transport in TRANSPORTS:
            loads: dict[str, Load] = {}
            for name, flags in _WAYS.items():
                server = servers.enter_context(bench.cache_server(transport, *flags))
                url = f"http://{server.address}"
                H2Load(server, url, our_call(bench, SET), Shape(1, 1), 0).once()
                loads[name] = H2Load(server, url, our_call(bench, GET), _SHAPE, bench.seconds)
            title = f"Get, a hit, {_SHAPE}, {transport}"
            rate = Goal(0.98, "without", subject="with metrics")
            contests.append(Contest(Case(title, "calls/s", "without", [rate]), {**loads}))
            cpu = Goal(1.02, "without", is_ceiling=True, subject="with metrics")
            contests.append(
                Contest(
                    Case(title, "µs of CPU a call", "without", [cpu]),
                    {name: load.cpu_a_call for name, load in loads.items()},
                )
            )
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
