# SPDX-License-Identifier: Apache-2.0
"""Large values: ours beside a floor that sends and takes slices of the same size, and Redis."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Call, Command, H2Load, RedisBenchmark, Shape
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.scenarios.unary import check_counts
from benchmarks.harness.servers import Redis

TITLE = "Large values"

_SHAPE = Shape(4, 2)


def run(bench: Bench) -> list[Case]:
    sizes = {"4 KiB": (4096, 1.0), "100 KiB": (102_400, 0.55), "1 MiB": (1_048_576, 0.55)}
    with ExitStack() as servers:
        ours = servers.enter_context(bench.cache_server())
        loads: list[H2Load] = []
        contests: list[Contest] = []
        for title, (size, redis_goal) in sizes.items():
            floor = servers.enter_context(bench.floor_server(value_bytes=size))
            redis = servers.enter_context(Redis(bench.folder))
            key, value = wire.key(size), wire.value(size)
            set_body = bench.body(wire.field(1, key) + wire.field(2, value))
            get_body = bench.body(wire.field(1, key))
            stored, empty = len(wire.frame(wire.flag(1))), len(wire.frame(b""))
            found = len(wire.frame(wire.field(1, value)))
            # In this order: the sets store what is got.
            for rpc, body, reply_bytes, floor_bytes, redis_bytes in (
                ("Set", set_body, stored, empty, len("+OK\r\n")),
                ("Get", get_body, found, found, size),
            ):
                path = f"/cachestore.v1.CacheStore/{rpc}"
                load = H2Load(
                    ours,
                    f"http://{ours.address}",
                    Call(path, body, reply_bytes),
                    _SHAPE,
                    bench.seconds,
                )
                floor_load = H2Load(
                    floor,
                    f"http://{floor.address}",
                    Call(path, body, floor_bytes),
                    _SHAPE,
                    bench.seconds,
                )
                name = rpc.lower()
                command = Command(name, ["-d", str(size), "-t", name], redis_bytes)
                clients = _SHAPE.connections * _SHAPE.streams
                goals = [Goal(0.95, "floor"), Goal(redis_goal, "Redis")]
                loads.append(load)
                contests.append(
                    Contest(
                        Case(f"{rpc} of {title}, {_SHAPE}", "calls/s", "cache_server", goals),
                        {
                            "cache_server": load,
                            "floor": floor_load,
                            "Redis": RedisBenchmark(redis, command, bench.seconds, clients),
                        },
                    )
                )
        cases = take_turns(contests, bench.rounds, bench.say)
        check_counts(ours, loads, cases)
    return cases
