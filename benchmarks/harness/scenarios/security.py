# SPDX-License-Identifier: Apache-2.0
"""What it costs that a server knows its callers, and that nobody reads along."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.harness.bench import Bench
from benchmarks.harness.credentials import Certificate, Token, certificate_flags, identity_flags
from benchmarks.harness.loads import ClosedLoop, H2Load, Shape, Wire
from benchmarks.harness.measure import Case, Contest, Goal, Run, take_turns
from benchmarks.harness.scenarios.unary import GET, SET, our_call
from benchmarks.harness.servers import TRANSPORTS

TITLE = "Encryption and access control"

_SHAPE = Shape(10, 10)

# Of the caller, in its certificate.
_NAME = "bench"

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
    shown = Certificate.create(bench.folder, _NAME)
    # Flags of the server, and of its client.
    identities: dict[str, tuple[list[str], list[str]]] = {
        "TLS": (tls, []),
        "TLS and token": ([*tls, token.flag], [f"--token_file={token.file}"]),
        "TLS and certificate": (
            [*tls, *identity_flags(bench.folder, shown, _NAME)],
            [f"--tls_cert_file={shown.certificate}", f"--tls_key_file={shown.key}"],
        ),
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
            contests.append(_identities(bench, servers, transport, identities))
        cases = take_turns(contests, bench.rounds, bench.say)
    return cases


def _identities(
    bench: Bench, servers: ExitStack, transport: str, ways: dict[str, tuple[list[str], list[str]]]
) -> Contest:
    """What it costs by what a caller is known, given the flags of server and client. h2load shows
    no certificate, so that another client calls all of them."""
    contenders: dict[str, Run] = {}
    for name, (of_server, of_client) in ways.items():
        server = servers.enter_context(bench.cache_server(transport, *of_server))
        wire = Wire(bench.programs, server, ["--tls", *of_client])
        wire.fill()
        contenders[name] = ClosedLoop(wire, "get", _SHAPE, bench.seconds, keys=Wire.KEYS)
    title = f"the same by wire_client, {transport}"
    return Contest(Case(title, "calls/s", "TLS and certificate"), contenders)
