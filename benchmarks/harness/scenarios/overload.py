# SPDX-License-Identifier: Apache-2.0
"""More calls than there is any use for: what is still answered. Over memory more are in flight than
two cores can use, over a slow Redis more come than may be in flight to it."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import ClosedLoop, Excess, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import TRANSPORTS, CacheServer, Redis, SlowRedis

TITLE = "Overload"

# A hundred in flight are answered as fast as any number.
_PEAK = Shape(10, 10)
_LOADS = {"4 times": Shape(40, 10), "16 times": Shape(40, 40)}


# A Redis that answers so late bears as many calls a second as are in flight to it in that time.
_DELAY_SECONDS = 0.02
_MOST_CALLS = 100
_EXCESS_RATE = int(4 * _MOST_CALLS / _DELAY_SECONDS)


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
        redis = servers.enter_context(Redis(bench.folder))
        slow = servers.enter_context(SlowRedis(bench.folder, redis, _DELAY_SECONDS))
        with bench.cache_server("http2", *_over(redis)) as quick:
            Wire(bench.programs, quick).fill()
        for transport in TRANSPORTS:
            # One more for the Ping by which the server knows that Redis is there.
            flags = [*_over(slow), f"--redis_max_calls={_MOST_CALLS + 1}"]
            server = servers.enter_context(bench.cache_server(transport, *flags))
            contests += _over_slow_redis(bench, transport, server)
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases


def _over(redis: Redis | SlowRedis) -> list[str]:
    return ["--backend=redis", f"--storage_url=redis://127.0.0.1:{redis.port}/0"]


def _over_slow_redis(bench: Bench, transport: str, server: CacheServer) -> list[Contest]:
    wire = Wire(bench.programs, server)
    excess = Excess(wire, _EXCESS_RATE, bench.seconds)
    contenders: dict[str, Run] = {
        "peak": ClosedLoop(wire, "get", _PEAK, bench.seconds),
        "4 times": excess,
    }
    title = f"Get over a slow Redis, {transport}"
    goodput = Case(title, "calls/s", "peak", [Goal(0.8, "peak", subject="4 times")])
    refused = Case(f"{title}, answered RESOURCE_EXHAUSTED", "%", "4 times")
    return [Contest(goodput, contenders), Contest(refused, {"4 times": excess.refused})]
