# SPDX-License-Identifier: Apache-2.0
"""The service over a Redis beside the service over memory."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Shape, Witness
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.scenarios.unary import EXISTS, GET, SET, check_counts, fill, our_call
from benchmarks.harness.servers import Redis

TITLE = "Over a Redis"

_SHAPE = Shape(10, 10)


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        redis = servers.enter_context(Redis(bench.folder))
        backends = {
            "over Redis": servers.enter_context(
                bench.cache_server(
                    "--backend=redis", f"--storage_url=redis://127.0.0.1:{redis.port}/0"
                )
            ),
            "over memory": servers.enter_context(bench.cache_server()),
        }
        for server in backends.values():
            fill(bench, server)
        contests: list[Contest] = []
        loads: dict[str, list[H2Load]] = {name: [] for name in backends}
        for operation in (GET, SET, EXISTS):
            contenders: dict[str, Run] = {}
            for name, server in backends.items():
                witness = Witness(bench.programs, server.address, operation.witness)
                load = H2Load(
                    server,
                    f"http://{server.address}",
                    our_call(bench, operation),
                    _SHAPE,
                    bench.seconds,
                    witness,
                )
                loads[name].append(load)
                contenders[name] = load
            goals = [Goal(0.75, "over memory")]
            case = Case(f"{operation.title}, {_SHAPE}", "calls/s", "over Redis", goals)
            contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
        for name, server in backends.items():
            check_counts(server, loads[name], cases, name)
    return cases
