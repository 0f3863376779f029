# SPDX-License-Identifier: Apache-2.0
"""Large values: ours beside a floor that sends and takes slices of the same size, and Redis, all
called by the same light generator."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import ONE_THREAD, TRANSPORTS, Redis

TITLE = "Large values"


@dataclass(frozen=True)
class _Size:
    """How large values are, and how many times as fast as Redis the transports shall be then."""

    title: str
    value_bytes: int
    shape: Shape
    http2: float
    grpc: float


_SIZES = (
    _Size("4 KiB", 4_096, Shape(10, 10), http2=1.0, grpc=1.0),
    _Size("4 KiB", 4_096, Shape(4, 2), http2=1.0, grpc=1.0),
    _Size("100 KiB", 102_400, Shape(4, 2), http2=0.9, grpc=0.55),
    _Size("1 MiB", 1_048_576, Shape(4, 2), http2=0.9, grpc=0.55),
)


def run(bench: Bench) -> list[Case]:
    contests: list[Contest] = []
    with ExitStack() as servers:
        ours = {
            transport: Wire(bench.programs, servers.enter_context(bench.cache_server(transport)))
            for transport in TRANSPORTS
        }
        ours[ONE_THREAD] = Wire(
            bench.programs, servers.enter_context(bench.cache_server("http2", "--threads=1"))
        )
        redis = Wire(bench.programs, servers.enter_context(Redis(bench.folder)))
        for size in _SIZES[:1] if bench.is_quick else _SIZES:
            floor = servers.enter_context(bench.floor_server(value_bytes=size.value_bytes))
            goals = [
                Goal(size.http2, "Redis", subject="http2"),
                Goal(size.http2, "Redis", subject=ONE_THREAD),
                Goal(0.95, "floor", subject="grpc"),
                Goal(size.grpc, "Redis", subject="grpc"),
            ]
            wires = {**ours, "floor": Wire(bench.programs, floor), "Redis": redis}
            shapes = {"Redis": size.shape.without_pipelining()}
            for operation in ("set", "get"):  # In this order: the sets store what is got.
                contenders: dict[str, Run] = {
                    name: ClosedLoop(
                        wire,
                        operation,
                        shapes.get(name, size.shape),
                        bench.seconds,
                        value_bytes=size.value_bytes,
                    )
                    for name, wire in wires.items()
                }
                title = f"{operation.capitalize()} of {size.title}, {size.shape}"
                contests.append(Contest(Case(title, "calls/s", "http2", goals), contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
