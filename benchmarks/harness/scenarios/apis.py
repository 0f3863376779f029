# SPDX-License-Identifier: Apache-2.0
"""Which of gRPC's server APIs costs least: what the floor stands on."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Call, H2Load, Shape
from benchmarks.harness.measure import Case, Contest, take_turns

TITLE = "gRPC's server APIs, with nothing behind them"

_APIS = ("raw_async", "async", "callback", "callback_arena")


def run(bench: Bench) -> list[Case]:
    shapes = (Shape(1, 64), Shape(10, 10), Shape(50, 10))
    request = bench.body(wire.field(1, wire.key(1)))
    call = Call("/cachestore.v1.CacheStore/Get", request, len(wire.frame(b"")))
    with ExitStack() as servers:
        floors = {api: servers.enter_context(bench.floor_server(api)) for api in _APIS}
        contests = [
            Contest(
                Case(f"a call, {shape}", "calls/s", "raw_async"),
                {
                    api: H2Load(floor, f"http://{floor.address}", call, shape, bench.seconds)
                    for api, floor in floors.items()
                },
            )
            for shape in (shapes[1:2] if bench.is_quick else shapes)
        ]
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
