# SPDX-License-Identifier: Apache-2.0
"""Single calls: ours beside gRPC itself, Redis, memcached and etcd."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import (
    Call,
    Command,
    H2Load,
    Load,
    Memaslap,
    RedisBenchmark,
    Shape,
    Witness,
)
from benchmarks.harness.measure import Case, Contest, Goal, take_turns
from benchmarks.harness.servers import TRANSPORTS, CacheServer, Etcd, Memcached, Redis

TITLE = "Single calls"

_STORED = wire.key(10**10)  # Not one of the keys that load_client uses.
_ABSENT = wire.key(10**10 + 1)
_VALUE = wire.value(64)

# How many times as fast as each peer our transports shall be.
_GOALS = {
    "http2": {"floor": 2.0, "Redis": 2.0, "etcd": 3.0},
    "grpc": {"floor": 0.95, "Redis": 1.15, "etcd": 3.0},
}

# Where processors' time is compared, too. Not that of memcached and etcd: memaslap also sets what it
# gets, and etcd would make the picture small.
_CPU_SHAPE = Shape(10, 10)
_CPU_CONTENDERS = ("http2", "grpc", "floor", "Redis")


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
    bench.prefill(server, keys=100)
    H2Load(server, f"http://{server.address}", our_call(bench, SET), Shape(1, 1), 0).once()


def run(bench: Bench) -> list[Case]:
    shapes = [Shape(1, 64), Shape(10, 10), Shape(50, 10)]
    operations = [GET, SET, GET_MISS, EXISTS, DELETE]
    if bench.is_quick:
        shapes, operations = shapes[1:2], operations[:2]
    with ExitStack() as servers:
        ours = {
            transport: servers.enter_context(bench.cache_server(transport))
            for transport in TRANSPORTS
        }
        floor = servers.enter_context(bench.floor_server())
        redis = servers.enter_context(Redis(bench.folder))
        memcached = servers.enter_context(Memcached(bench.folder, bench.cores))
        etcd = servers.enter_context(Etcd(bench.folder))
        for server in ours.values():
            fill(bench, server)
        redis.ask("set", _STORED.decode(), _VALUE.decode())
        stored_in_etcd = Call("/etcdserverpb.KV/Put", bench.body(_etcd_put(b"read")), 0, True)
        H2Load(etcd, etcd.url, stored_in_etcd, Shape(1, 1), 0).once()

        of_ours: dict[str, list[H2Load]] = {transport: [] for transport in ours}
        contests: list[Contest] = []
        for operation in operations:
            of_redis = Command(operation.redis[0], operation.redis, operation.redis_reply_bytes)
            redis_load = RedisBenchmark(redis, of_redis, bench.seconds)
            memaslap = Memaslap(memcached, operation is SET, bench.folder, bench.seconds)
            call = our_call(bench, operation)
            # It answers at once what ours does, but knows no values.
            of_floor = replace(call, reply_bytes=len(wire.frame(b""))) if operation is GET else call
            for shape in shapes:
                contenders: dict[str, Load] = {}
                for transport, server in ours.items():
                    load = our_load(bench, server, operation, shape)
                    of_ours[transport].append(load)
                    contenders[transport] = load
                contenders["floor"] = H2Load(
                    floor, f"http://{floor.address}", of_floor, shape, bench.seconds
                )
                contenders["Redis"] = redis_load
                if operation in (GET, SET):
                    contenders["memcached"] = memaslap
                    contenders["etcd"] = H2Load(
                        etcd, etcd.url, _etcd_call(bench, operation), shape, bench.seconds
                    )
                goals = [
                    Goal(limit, peer, subject=transport)
                    for transport, limits in _GOALS.items()
                    for peer, limit in limits.items()
                    if peer in contenders
                ]
                title = f"{operation.title}, {shape}"
                contests.append(Contest(Case(title, "calls/s", "http2", goals), {**contenders}))
                if operation in (GET, SET) and shape == _CPU_SHAPE:
                    contests.append(_cpu_contest(title, contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
        for transport, server in ours.items():
            check_counts(server, of_ours[transport], cases, transport)
    return cases


def our_load(bench: Bench, server: CacheServer, operation: Operation, shape: Shape) -> H2Load:
    """An operation on a server of ours, watched by a witness."""
    witness = Witness(bench.programs, server.address, operation.witness)
    call = our_call(bench, operation)
    return H2Load(server, f"http://{server.address}", call, shape, bench.seconds, witness)


def _cpu_contest(title: str, contenders: dict[str, Load]) -> Contest:
    """What the servers took of the processors in the runs of the contest before."""
    goal = Goal(0.5, "grpc", is_ceiling=True)
    return Contest(
        Case(title, "µs of CPU a call", "http2", [goal]),
        {name: contenders[name].cpu_a_call for name in _CPU_CONTENDERS},
    )


def check_counts(
    server: CacheServer, loads: list[H2Load], cases: list[Case], contender: str
) -> None:
    """Stops the server, and spoils its samples if it counts other calls than were made."""
    fault = server.stop_and_check(sum(load.calls_so_far for load in loads))
    if fault:
        for case in cases:
            case.spoil(contender, fault)
