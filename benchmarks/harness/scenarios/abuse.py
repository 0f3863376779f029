# SPDX-License-Identifier: Apache-2.0
"""What others notice of a hostile client, and what memory it takes; beside what they notice if it
is a neighbour, another server on the same machine, that it attacks. Over each transport: all of
these attacks are of HTTP/2, and so make sense over gRPC as well."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks.harness import hostile
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import OpenLoop, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, Sample, take_turns
from benchmarks.harness.processes import STOP_SECONDS, BenchError, Program
from benchmarks.harness.servers import TRANSPORTS, CacheServer

TITLE = "Beside a hostile client"

_RATE = 2_000
_TITLES = {
    "ping_flood": "PING flood",
    "rapid_reset": "rapid reset",
    "hpack_bomb": "HPACK bombs",
}

# Of tests/service/hostile_peer_test.cc, which allows more to rapid resets over gRPC: nothing bounds
# what those take there.
_CAPS_MIB = {"http2": 64, "grpc": 128}


def run(bench: Bench) -> list[Case]:
    with ExitStack() as servers:
        contests: list[Contest] = []
        for transport in TRANSPORTS:
            server = servers.enter_context(bench.cache_server(transport))
            neighbour = servers.enter_context(bench.cache_server(transport))
            contests += _contests(bench, transport, server, neighbour)
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases


def _contests(
    bench: Bench, transport: str, server: CacheServer, neighbour: CacheServer
) -> Iterator[Contest]:
    wire = Wire(bench.programs, server)
    wire.fill()
    alone = OpenLoop(wire, _RATE, bench.seconds)
    for kind, title in _TITLES.items():
        goal = Goal(2, "alone", is_ceiling=True)
        case = Case(f"p99 at {_RATE} calls/s, {title}, {transport}", "µs", "attacked", [goal])
        contenders: dict[str, Run] = {
            "alone": alone,
            "neighbour": _attacked(alone, neighbour, kind, bench.seconds),
            "attacked": _attacked(alone, server, kind, bench.seconds),
        }
        yield Contest(case, contenders)

    def most_resident() -> Sample:
        return Sample(server.most_resident_bytes() / 2**20)

    cap = Goal(_CAPS_MIB[transport], is_ceiling=True)
    title = f"most resident under all of them, {transport}"
    yield Contest(Case(title, "MiB", "attacked", [cap]), {"attacked": most_resident})


def _attacked(
    others: OpenLoop, victim: CacheServer, kind: str, seconds: float
) -> Callable[[], Sample]:
    """What the others get while a hostile client does what it can to a server."""
    longer = seconds + Wire.WARMUP_SECONDS + 0.2  # Than the others call.
    command = [sys.executable, "-m", hostile.__name__, kind, str(victim.port), str(longer)]

    def sample() -> Sample:
        attack = Program(command)
        sample = others()
        done = attack.finish()
        _await_idleness(victim)
        fault = sample.fault or ("" if json.loads(done.output)["frames"] else "it did not attack")
        return Sample(sample.value, {**sample.cpu_seconds, "hostile": done.cpu_seconds}, fault)

    return sample


def _await_idleness(server: CacheServer) -> None:
    """Waits until the server has done all that it was sent: the next run is not to pay for it."""
    give_up_at = time.monotonic() + STOP_SECONDS
    while time.monotonic() < give_up_at:
        before = server.cpu_seconds()
        time.sleep(0.1)
        if server.cpu_seconds() - before < 0.002:
            return
    raise BenchError(f"{server.name} is still busy long after it was attacked")
