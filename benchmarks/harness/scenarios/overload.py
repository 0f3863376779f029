# SPDX-License-Identifier: Apache-2.0
"""More calls in flight than there is any use for: what is still answered."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import TRANSPORTS

TITLE = "Overload"

# A hundred in flight are answered as fast as any number.
_PEAK = Shape(10, 10)
_LOADS = {"4 times": Shape(40, 10), "16 times": Shape(40, 40)}


def run(bench: Bench) -> list[Case]:
    contests: list[Contest] = []
    with ExitStack() as servers:
        for transport in TRANSPORTS:
            server = servers.enter_context(bench.cache_server(transport))
            wire = Wire(bench.programs, server)
            wire.fill()
            contenders: dict[str, Run] = {
                name: ClosedLoop(wire, "get", shape, bench.seconds, keys=Wire.KEYS)
                for name, shape in {"peak": _PEAK, **_LOADS}.items()
            }
            goals = [Goal(0.8, "peak", subject=name) for name in _LOADS]
            case = Case(f"Get, {transport}", "calls/s", "peak", goals)
            contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
