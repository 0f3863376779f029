# SPDX-License-Identifier: Apache-2.0
"""What the service takes before it does anything, and what a client costs it that does nothing."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

from benchmarks.harness import http2
from benchmarks.harness.bench import Bench
from benchmarks.harness.loads import H2Load, Shape
from benchmarks.harness.measure import Case, Contest, Goal, Run, Sample, take_turns
from benchmarks.harness.scenarios.unary import GET_MISS, our_call
from benchmarks.harness.servers import TRANSPORTS, CacheServer

TITLE = "Footprint"

_CONNECTIONS = 10_000

# The most that each of our transports may take.
_GOALS = {
    ("start to first answer", "ms"): 100.0,
    ("resident while idle", "MiB"): 30.0,
    ("of one core while idle", "%"): 0.2,
    (f"an idle connection of {_CONNECTIONS:,}", "KiB"): 20.0,
}


def run(bench: Bench) -> list[Case]:
    call = our_call(bench, GET_MISS)

    def answer(server: CacheServer) -> None:
        H2Load(server, f"http://{server.address}", call, Shape(1, 1), 0).once()

    def measures(transport: str, idle: CacheServer) -> list[Run]:
        def start_to_first_answer() -> Sample:
            with bench.cache_server(transport) as server:
                answer(server)
                return Sample((time.monotonic() - server.started_at) * 1e3)

        def resident() -> Sample:
            return Sample(idle.resident_bytes() / 2**20)

        def processor_share() -> Sample:
            seconds = 5 * bench.seconds
            before = idle.cpu_seconds()
            time.sleep(seconds)
            used = idle.cpu_seconds() - before
            return Sample(100 * used / seconds, {"cache_server": used})

        def connection() -> Sample:
            with bench.cache_server(transport) as server:
                answer(server)
                before = server.resident_bytes()
                with ExitStack() as connections:
                    for _ in range(_CONNECTIONS):
                        connections.enter_context(_used_connection(server.port))
                    taken = server.resident_bytes() - before
                return Sample(taken / _CONNECTIONS / 2**10)

        return [start_to_first_answer, resident, processor_share, connection]

    contests = [
        Contest(
            Case(
                title,
                unit,
                "http2",
                [Goal(limit, is_ceiling=True, subject=transport) for transport in TRANSPORTS],
            ),
            {},
        )
        for (title, unit), limit in _GOALS.items()
    ]
    with ExitStack() as servers:
        for transport in TRANSPORTS:
            idle = servers.enter_context(bench.cache_server(transport))
            answer(idle)
            for contest, measure in zip(contests, measures(transport, idle)):
                contest.contenders[transport] = measure
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases


def _used_connection(port: int) -> socket.socket:
    """A connection on which a call was answered."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(http2.PREFACE + http2.get(1))
    http2.await_reply(connection)
    return connection
