# SPDX-License-Identifier: Apache-2.0
"""Batches of a hundred entries: ours beside Redis's MGET and its pipelines."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Call, Command, H2Load, RedisBenchmark, Shape
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.scenarios.unary import check_counts
from benchmarks.harness.servers import TRANSPORTS, Redis

TITLE = "Batches of 100 entries"

_ENTRIES = 100
_VALUE = wire.value(64)

# How many times as fast as its peer each transport shall be.
_GOALS = {
    "BatchSet": {"http2": 1.0, "grpc": 1.0},
    "BatchGet": {"http2": 1.3, "grpc": 1.0},
}


def run(bench: Bench) -> list[Case]:
    keys = [wire.key(number) for number in range(_ENTRIES)]
    entries = [wire.field(1, wire.field(1, key) + wire.field(2, _VALUE)) for key in keys]
    batch_set = Call(
        "/cachestore.v1.CacheBatch/BatchSet",
        bench.body(b"".join(entries)),
        len(wire.frame(_ENTRIES * wire.field(1, wire.flag(1)))),
        items=_ENTRIES,
    )
    batch_get = Call(
        "/cachestore.v1.CacheBatch/BatchGet",
        bench.body(b"".join(wire.field(1, key) for key in keys)),
        len(wire.frame(_ENTRIES * wire.field(1, wire.field(1, _VALUE)))),
        items=_ENTRIES,
    )
    names = [key.decode() for key in keys]
    with ExitStack() as servers:
        ours = {
            transport: servers.enter_context(bench.cache_server(transport))
            for transport in TRANSPORTS
        }
        redis = servers.enter_context(Redis(bench.folder))
        redis.ask("mset", *(word for name in names for word in (name, _VALUE.decode())))
        set_command = Command("set", ["-d", str(len(_VALUE)), "-t", "set"], len("+OK\r\n"))
        mget = Command("mget", ["mget", *names], _ENTRIES * len(_VALUE), items=_ENTRIES)
        of_redis = {
            "BatchSet": ("SET -P 100", RedisBenchmark(redis, set_command, bench.seconds, 4, 100)),
            "BatchGet": ("MGET", RedisBenchmark(redis, mget, bench.seconds, 4)),
        }
        of_ours: dict[str, list[H2Load]] = {transport: [] for transport in ours}
        contests: list[Contest] = []
        for call in (batch_set, batch_get):  # In this order: the sets store what is got.
            rpc = call.path.rpartition("/")[2]
            peer, peer_load = of_redis[rpc]
            for shape in (Shape(4, 1), Shape(4, 4)):
                contenders: dict[str, Run] = {}
                for transport, server in ours.items():
                    url = f"http://{server.address}"
                    load = H2Load(server, url, call, shape, bench.seconds)
                    of_ours[transport].append(load)
                    contenders[transport] = load
                contenders[peer] = peer_load
                goals = [
                    Goal(limit, peer, subject=transport) for transport, limit in _GOALS[rpc].items()
                ]
                case = Case(f"{rpc}, {shape}", "entries/s", "http2", goals)
                contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
        for transport, server in ours.items():
            check_counts(server, of_ours[transport], cases, transport)
    return cases
