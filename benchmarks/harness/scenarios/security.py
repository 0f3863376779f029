# SPDX-License-Identifier: Apache-2.0
"""What it costs that a server knows its callers, and that nobody reads along."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.credentials import Token, certificate_flags
from benchmarks.harness.loads import H2Load, Shape
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.scenarios.unary import GET, SET, our_call
from benchmarks.harness.servers import TRANSPORTS

TITLE = "Encryption and access control"

_SHAPE = Shape(10, 10)

# What is left of the rate at least.
_LIMITS = {"token": 0.5, "TLS": 0.5, "TLS and token": 0.4}


def run(bench: Bench) -> list[Case]:
    token = Token.create(bench.folder)
    tls = certificate_flags(bench.folder)
    # Flags of the server, scheme, and headers of its calls.
    ways: dict[str, tuple[list[str], str, list[str]]] = {
        "neither": ([], "http", []),
        "token": ([token.flag], "http", [token.header]),
        "TLS": (tls, "https", []),
        "TLS and token": ([*tls, token.flag], "https", [token.header]),
    }
    contests: list[Contest] = []
    with ExitStack() as servers:
        for transport in TRANSPORTS:
            contenders: dict[str, Run] = {}
            for name, (flags, scheme, headers) in ways.items():
                server = servers.enter_context(bench.cache_server(transport, *flags))
                url = f"{scheme}://{server.address}"
                H2Load(server, url, our_call(bench, SET), Shape(1, 1), 0, headers=headers).once()
                contenders[name] = H2Load(
                    server, url, our_call(bench, GET), _SHAPE, bench.seconds, headers=headers
                )
            title = f"Get, a hit, {_SHAPE}, {transport}"
            goals = [Goal(limit, "neither", subject=name) for name, limit in _LIMITS.items()]
            contests.append(Contest(Case(title, "calls/s", "neither", goals), contenders))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases
