# SPDX-License-Identifier: Apache-2.0
"""Batches of a hundred entries: ours beside Redis's MGET and its pipelines."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import Call, Command, H2Load, RedisBenchmark, Shape
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.scenarios.unary import check_counts
from benchmarks.harness.servers import Redis

TITLE = "Batches of 100 entries"

_ENTRIES = 100
_VALUE = wire.value(64)


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
        ours = servers.enter_context(bench.cache_server())
        redis = servers.enter_context(Redis(bench.folder))
        redis.ask("mset", *(word for name in names for word in (name, _VALUE.decode())))
        set_command = Command("set", ["-d", str(len(_VALUE)), "-t", "set"], len("+OK\r\n"))
        mget = Command("mget", ["mget", *names], _ENTRIES * len(_VALUE), items=_ENTRIES)
        of_redis = {
            "BatchSet": ("SET -P 100", RedisBenchmark(redis, set_command, bench.seconds, 4, 100)),
            "BatchGet": ("MGET", RedisBenchmark(redis, mget, bench.seconds, 4)),
        }
        loads: list[H2Load] = []
        contests: list[Contest] = []
        for call in (batch_set, batch_get):  # In this order: the sets store what is got.
            rpc = call.path.rpartition("/")[2]
            peer, peer_load = of_redis[rpc]
            for shape in (Shape(4, 1), Shape(4, 4)):
                load = H2Load(ours, f"http://{ours.address}", call, shape, bench.seconds)
                loads.append(load)
                contests.append(
                    Contest(
                        Case(f"{rpc}, {shape}", "entries/s", "cache_server", [Goal(1, peer)]),
                        {"cache_server": load, peer: peer_load},
                    )
                )
        cases = take_turns(contests, bench.rounds, bench.say)
        check_counts(ours, loads, cases)
    return cases
