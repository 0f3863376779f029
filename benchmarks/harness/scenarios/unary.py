# SPDX-License-Identifier: Apache-2.0
"""Single calls: ours beside gRPC itself, Redis, memcached and etcd."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import (
    Call,
    Command,
    H2Load,
    Memaslap,
    RedisBenchmark,
    Shape,
    Witness,
)
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.servers import CacheServer, Etcd, Memcached, Redis

TITLE = "Single calls"

_STORED = wire.key(10**10)  # Not one of the keys that load_client uses.
_ABSENT = wire.key(10**10 + 1)
_VALUE = wire.value(64)


@dataclass(frozen=True)
class Operation:
    """One operation as ours, the floor and Redis know it; load_client knows it as `witness`."""

    title: str
    rpc: str
    request: bytes
    reply: bytes
    witness: str
    redis: list[str]
    redis_reply_bytes: int


GET = Operation(
    "Get, a hit",
    "Get",
    wire.field(1, _STORED),
    wire.field(1, _VALUE),
    "get_hit",
    ["get", _STORED.decode()],
    len(_VALUE),
)
SET = Operation(
    "Set",
    "Set",
    wire.field(1, _STORED) + wire.field(2, _VALUE),
    wire.flag(1),
    "set",
    ["set", _STORED.decode(), _VALUE.decode()],
    len("+OK\r\n"),
)
GET_MISS = Operation(
    "Get, a miss",
    "Get",
    wire.field(1, _ABSENT),
    b"",
    "get_miss",
    ["get", _ABSENT.decode()],
    len("$-1\r\n"),
)
EXISTS = Operation(
    "Exists",
    "Exists",
    wire.field(1, _STORED),
    wire.flag(1),
    "exists",
    ["exists", _STORED.decode()],
    len(":1\r\n"),
)
DELETE = Operation(
    "Delete",
    "Delete",
    wire.field(1, _ABSENT),
    b"",
    "get_hit",  # Its Deletes would take away what the other witnesses get.
    ["del", _ABSENT.decode()],
    len(":0\r\n"),
)


def _etcd_call(bench: Bench, operation: Operation) -> Call:
    """etcd's reply has a header, whose numbers differ in length. Each key is used by one method: a
    Range gets slower with every version of its key."""
    if operation is GET:
        request, method, reply_bytes = wire.field(1, b"read"), "Range", len(_VALUE)
    else:
        request, method, reply_bytes = _etcd_put(b"written"), "Put", 0
    least_header_bytes = 10
    return Call(
        f"/etcdserverpb.KV/{method}",
        bench.body(request),
        len(wire.frame(b"")) + least_header_bytes + reply_bytes,
        is_least=True,
    )


def _etcd_put(key: bytes) -> bytes:
    return wire.field(1, key) + wire.field(2, _VALUE)


def our_call(bench: Bench, operation: Operation) -> Call:
    return Call(
        f"/cachestore.v1.CacheStore/{operation.rpc}",
        bench.body(operation.request),
        len(wire.frame(operation.reply)),
    )


def fill(bench: Bench, server: CacheServer) -> None:
    """Stores what is read by h2load, and by its witness."""
    bench.load_client(server.address, "--keys=100", "--prefill", "--op=get_hit", "--seconds=0.1")
    H2Load(server, f"http://{server.address}", our_call(bench, SET), Shape(1, 1), 0).once()


def run(bench: Bench) -> list[Case]:
    shapes = [Shape(1, 64), Shape(10, 10), Shape(50, 10)]
    operations = [GET, SET, GET_MISS, EXISTS, DELETE]
    if bench.is_quick:
        shapes, operations = shapes[1:2], operations[:2]
    with ExitStack() as servers:
        ours = servers.enter_context(bench.cache_server())
        floor = servers.enter_context(bench.floor_server())
        redis = servers.enter_context(Redis(bench.folder))
        memcached = servers.enter_context(Memcached(bench.folder, bench.cores))
        etcd = servers.enter_context(Etcd(bench.folder))
        fill(bench, ours)
        redis.ask("set", _STORED.decode(), _VALUE.decode())
        stored_in_etcd = Call("/etcdserverpb.KV/Put", bench.body(_etcd_put(b"read")), 0, True)
        H2Load(etcd, etcd.url, stored_in_etcd, Shape(1, 1), 0).once()

        ours_under_load: list[H2Load] = []
        contests: list[Contest] = []
        for operation in operations:
            of_redis = Command(operation.redis[0], operation.redis, operation.redis_reply_bytes)
            redis_load = RedisBenchmark(redis, of_redis, bench.seconds)
            memaslap = Memaslap(memcached, operation is SET, bench.folder, bench.seconds)
            call = our_call(bench, operation)
            witness = Witness(bench.programs, ours.address, operation.witness)
            of_floor = Call(call.path, call.body, len(wire.frame(b"")))
            for shape in shapes:
                case = Case(
                    f"{operation.title}, {shape}",
                    "calls/s",
                    "cache_server",
                    [Goal(0.95, "floor"), Goal(1.15, "Redis")],
                )
                ours_load = H2Load(
                    ours, f"http://{ours.address}", call, shape, bench.seconds, witness
                )
                ours_under_load.append(ours_load)
                contenders: dict[str, Run] = {
                    "cache_server": ours_load,
                    "floor": H2Load(
                        floor, f"http://{floor.address}", of_floor, shape, bench.seconds
                    ),
                    "Redis": redis_load,
                }
                if operation in (GET, SET):
                    case.goals.append(Goal(3, "etcd"))
                    contenders["memcached"] = memaslap
                    contenders["etcd"] = H2Load(
                        etcd, etcd.url, _etcd_call(bench, operation), shape, bench.seconds
                    )
                contests.append(Contest(case, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
        check_counts(ours, ours_under_load, cases)
    return cases


def check_counts(
    server: CacheServer, loads: list[H2Load], cases: list[Case], contender: str = "cache_server"
) -> None:
    """Stops the server, and spoils its samples if it counts other calls than were made."""
    fault = server.stop_and_check(sum(load.calls_so_far for load in loads))
    if fault:
        for case in cases:
            case.spoil(contender, fault)
