# SPDX-License-Identifier: Apache-2.0
"""The service over a Redis beside the service over memory."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Shape
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.scenarios.unary import EXISTS, GET, SET, check_counts, fill, our_load
from benchmarks.harness.servers import Redis

TITLE = "Over a Redis"

_SHAPE = Shape(10, 10)
_GOALS = [
    Goal(1.5, "grpc over Redis", subject="http2 over Redis"),
    Goal(0.75, "grpc over memory", subject="grpc over Redis"),
]


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        redis = servers.enter_context(Redis(bench.folder))
        over_redis = ["--backend=redis", f"--storage_url=redis://127.0.0.1:{redis.port}/0"]
        ours = {
            "http2 over Redis": servers.enter_context(bench.cache_server("http2", *over_redis)),
            "grpc over Redis": servers.enter_context(bench.cache_server("grpc", *over_redis)),
            "grpc over memory": servers.enter_context(bench.cache_server("grpc")),
        }
        for server in ours.values():
            fill(bench, server)
        of_ours: dict[str, list[H2Load]] = {name: [] for name in ours}
        contests: list[Contest] = []
        for operation in (GET, SET, EXISTS):
            for name, server in ours.items():
                of_ours[name].append(our_load(bench, server, operation, _SHAPE))
            case = Case(f"{operation.title}, {_SHAPE}", "calls/s", "http2 over Redis", _GOALS)
            contests.append(Contest(case, {name: loads[-1] for name, loads in of_ours.items()}))
        cases = take_turns(contests, bench.rounds, bench.say)
        for name, server in ours.items():
            check_counts(server, of_ours[name], cases, name)
    return cases
