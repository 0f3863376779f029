# SPDX-License-Identifier: Apache-2.0
"""Large values: ours beside a floor that sends and takes slices of the same size, and Redis."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Call, Command, H2Load, RedisBenchmark, Shape
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.scenarios.unary import check_counts
from benchmarks.harness.servers import TRANSPORTS, Redis

TITLE = "Large values"

_SHAPE = Shape(4, 2)


@dataclass(frozen=True)
class _Size:
    """How large values are, and how many times as fast as Redis the transports shall be then."""

    title: str
    value_bytes: int
    http2: float
    grpc: float


_SIZES = (
    _Size("4 KiB", 4_096, http2=1.0, grpc=1.0),
    _Size("100 KiB", 102_400, http2=0.9, grpc=0.55),
    _Size("1 MiB", 1_048_576, http2=0.9, grpc=0.55),
)


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        ours = {
            transport: servers.enter_context(bench.cache_server(transport))
            for transport in TRANSPORTS
        }
        of_ours: dict[str, list[H2Load]] = {transport: [] for transport in ours}
        contests: list[Contest] = []
        for size in _SIZES[:1] if bench.is_quick else _SIZES:
            floor = servers.enter_context(bench.floor_server(value_bytes=size.value_bytes))
            redis = servers.enter_context(Redis(bench.folder))
            key, value = wire.key(size.value_bytes), wire.value(size.value_bytes)
            set_body = bench.body(wire.field(1, key) + wire.field(2, value))
            get_body = bench.body(wire.field(1, key))
            stored, empty = len(wire.frame(wire.flag(1))), len(wire.frame(b""))
            found = len(wire.frame(wire.field(1, value)))
            goals = [
                Goal(size.http2, "Redis", subject="http2"),
                Goal(0.95, "floor", subject="grpc"),
                Goal(size.grpc, "Redis", subject="grpc"),
            ]
            # In this order: the sets store what is got.
            for rpc, body, reply_bytes, floor_bytes, redis_bytes in (
                ("Set", set_body, stored, empty, len("+OK\r\n")),
                ("Get", get_body, found, found, size.value_bytes),
            ):
                call = Call(f"/cachestore.v1.CacheStore/{rpc}", body, reply_bytes)
                contenders: dict[str, Run] = {}
                for transport, server in ours.items():
                    url = f"http://{server.address}"
                    load = H2Load(server, url, call, _SHAPE, bench.seconds)
                    of_ours[transport].append(load)
                    contenders[transport] = load
                contenders["floor"] = H2Load(
                    floor,
                    f"http://{floor.address}",
                    Call(call.path, body, floor_bytes),
                    _SHAPE,
                    bench.seconds,
                )
                name = rpc.lower()
                command = Command(name, ["-d", str(size.value_bytes), "-t", name], redis_bytes)
                clients = _SHAPE.connections * _SHAPE.streams
                contenders["Redis"] = RedisBenchmark(redis, command, bench.seconds, clients)
                case = Case(f"{rpc} of {size.title}, {_SHAPE}", "calls/s", "http2", goals)
                contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
        for transport, server in ours.items():
            check_counts(server, of_ours[transport], cases, transport)
    return cases
