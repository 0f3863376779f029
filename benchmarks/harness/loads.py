# SPDX-License-Identifier: Apache-2.0
"""The load generators. Each run checks that it was answered as it had to be; where it was not,
its sample says so and does not count."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.measure import Run, Sample
from benchmarks.harness.processes import BenchError, Finished, Program, Server, run_program
from benchmarks.harness.servers import CacheServer, FloorServer, Memcached, Programs, Redis

# The first run of a load has so many calls; its rate says how many the later ones have.
_CALLS_OF_FIRST_RUN = 2_000


class Load:
    """Calls of one kind against one server, about `seconds` at a time."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.server = server
        self.seconds = seconds
        self.calls = _CALLS_OF_FIRST_RUN
        self.calls_so_far = 0
        self._cpu_a_call = Sample(0, fault="it did not run")

    def __call__(self) -> Sample:
        before = self.server.cpu_seconds()
        sample = self.run()
        used = self.server.cpu_seconds() - before
        self.calls_so_far += self.calls
        self._cpu_a_call = Sample(1e6 * used / self.calls, fault=sample.fault)
        calls = sample.value / self.per_call() * self.seconds
        # Of a run that was too short for its clock the rate is infinite.
        self.calls = (
            max(int(calls), _CALLS_OF_FIRST_RUN) if math.isfinite(calls) else 10 * self.calls
        )
        return Sample(sample.value, {self.server.name: used, **sample.cpu_seconds}, sample.fault)

    def cpu_a_call(self) -> Sample:
        """What the server took of the processors for a call of the last run, in µs: for a case that
        stands after the one that runs."""
        return self._cpu_a_call

    def per_call(self) -> float:
        """What a call counts, in the unit of the samples."""
        return 1

    def run(self) -> Sample:
        raise NotImplementedError


@dataclass(frozen=True)
class Shape:
    """How calls overlap: connections, and calls in flight on each."""

    connections: int
    streams: int

    def __str__(self) -> str:
        return f"{self.connections}x{self.streams}"

    def without_pipelining(self) -> Shape:
        """As many calls in flight, each on a connection of its own."""
        return Shape(self.connections * self.streams, 1)


@dataclass(frozen=True)
class Call:
    """A gRPC call that h2load repeats. `reply_bytes` are those of the reply's DATA, its frame of 5
    bytes included: exactly so many, or if they differ from call to call at least."""

    path: str
    body: Path
    reply_bytes: int
    is_least: bool = False
    items: int = 1  # How many entries the call is about.


class H2Load(Load):
    """One gRPC call again and again. h2load does not look at grpc-status, but a call that ends in
    an error has no message: that all bytes of all replies arrived shows that none did. What the
    bytes are is for a witness to say, who calls meanwhile."""

    def __init__(
        self,
        server: Server,
        url: str,
        call: Call,
        shape: Shape,
        seconds: float,
        witness: Witness | None = None,
        headers: Sequence[str] = (),
    ) -> None:
        super().__init__(server, seconds)
        self._headers = ["te: trailers", "content-type: application/grpc", *headers]
        self._url = url
        self._call = call
        self._shape = shape
        self._witness = witness

    def per_call(self) -> float:
        return self._call.items

    def once(self) -> None:
        """Makes one call. BenchError if it is not answered as it had to be."""
        self.calls = 1
        fault = self.run().fault
        if fault:
            raise BenchError(f"{self._url}{self._call.path}: {fault}")

    def run(self) -> Sample:
        # Whole rounds of all connections, or h2load gives some a call more than others.
        in_flight = self._shape.connections * self._shape.streams
        self.calls = -(-self.calls // in_flight) * in_flight
        command = f"h2load -t 1 -c {self._shape.connections} -m {self._shape.streams}"
        command += f" -n {self.calls} -d {self._call.body}"
        headers = [word for header in self._headers for word in ("-H", header)]
        testimony = self._witness.watch(self.seconds / 2) if self._witness else None
        done = run_program([*command.split(), *headers, self._url + self._call.path])
        rate = float(_find(r"finished in .*?, ([\d.]+) req/s", done.output))
        fault = self._fault(done.output)
        if testimony is not None:
            fault = fault or _client_report(testimony.finish()).fault
        return Sample(rate * self._call.items, {"h2load": done.cpu_seconds}, fault)

    def _fault(self, output: str) -> str:
        answered = int(_find(r"status codes: (\d+) 2xx", output))
        if answered != self.calls:
            return f"{answered} of {self.calls} calls were answered"
        received = int(_find(r"\((\d+)\) data", output))
        expected = self.calls * self._call.reply_bytes
        if received < expected or (received > expected and not self._call.is_least):
            return f"replies of {received} bytes instead of {expected}"
        return ""


@dataclass(frozen=True)
class Command:
    """A command of Redis that redis-benchmark repeats: its name, and either its arguments or one of
    redis-benchmark's own tests. A reply has at least `reply_bytes`."""

    name: str
    arguments: Sequence[str]
    reply_bytes: int
    items: int = 1


class RedisBenchmark(Load):
    """A command of Redis again and again. Redis's own statistics say whether it was called as often
    as it had to be, never failed, and sent what it was asked for."""

    def __init__(
        self, redis: Redis, command: Command, seconds: float, clients: int = 64, pipeline: int = 1
    ) -> None:
        super().__init__(redis, seconds)
        self._redis = redis
        self._command = command
        self._clients = clients
        self._pipeline = pipeline

    def per_call(self) -> float:
        return self._command.items

    def run(self) -> Sample:
        before = self._redis.counts(self._command.name)
        options = f"-p {self._redis.port} -c {self._clients} -P {self._pipeline} -n {self.calls}"
        done = run_program(["redis-benchmark", *options.split(), "--csv", *self._command.arguments])
        after = self._redis.counts(self._command.name)
        rate = float(list(csv.DictReader(done.output.splitlines()))[-1]["rps"])
        calls = after.calls - before.calls
        sent = after.sent_bytes - before.sent_bytes
        fault = ""
        if after.failed > 0 or calls < self.calls or sent < calls * self._command.reply_bytes:
            fault = f"Redis counts {calls} calls, {after.failed} of them failed, {sent} bytes sent"
        return Sample(rate * self._command.items, {"redis-benchmark": done.cpu_seconds}, fault)


class Memaslap(Load):
    """memcached's own load generator, 64 connections. Before gets it sets what they get; its rate
    counts those, its time does not."""

    def __init__(self, memcached: Memcached, is_set: bool, folder: Path, seconds: float) -> None:
        super().__init__(memcached, seconds)
        self._port = memcached.port
        self._is_set = is_set
        self._settings = folder / f"memaslap-{'set' if is_set else 'get'}"
        # Keys and values by least and largest size and share; commands (0 sets, 1 gets) by share.
        shares = "0 1.0\n1 0.0" if is_set else "0 0.0\n1 1.0"
        self._settings.write_text(f"key\n16 16 1\nvalue\n64 64 1\ncmd\n{shares}\n")

    def run(self) -> Sample:
        options = f"-s 127.0.0.1:{self._port} -T 1 -c 64 -w 1k -x {self.calls}"
        done = run_program(["memcaslap", *options.split(), "-F", str(self._settings)])
        gets, sets, misses = (
            int(_find(rf"{name}: (\d+)", done.output))
            for name in ("cmd_get", "cmd_set", "get_misses")
        )
        rate = float(_find(r"TPS: (\d+)", done.output))
        rate *= (sets if self._is_set else gets) / (gets + sets)
        fault = f"{misses} misses" if misses > 0 else ""
        return Sample(rate, {"memcaslap": done.cpu_seconds}, fault)


def _find(pattern: str, output: str) -> str:
    found = re.search(pattern, output)
    if found is None:
        raise BenchError(f"a load generator did not say {pattern!r}: {output.strip()}")
    return found[1]


@dataclass(frozen=True)
class ClientReport:
    """What load_client or wire_client measured."""

    calls: int
    calls_per_second: float
    latency_us: dict[str, float]
    cpu_seconds: float
    refused: int  # Answered RESOURCE_EXHAUSTED.
    fault: str


@dataclass(frozen=True)
class Witness:
    """Our own client, which calls a server now and then, and checks every answer."""

    programs: Programs
    address: str
    operation: str  # As load_client names it.

    def watch(self, seconds: float) -> Program:
        flags = f"--client stub --stub_threads 1 --op {self.operation} --keys 100 --rate 100"
        flags += f" --warmup_seconds 0 --seconds {seconds}"
        return Program([self.programs.load_client, "--target", self.address, *flags.split()])


def load_client(programs: Programs, address: str, *flags: str) -> ClientReport:
    """Runs our own client, which checks every answer, against a server of ours or the floor."""
    return _client_report(run_program([programs.load_client, "--target", address, *flags]))


class Wire:
    """A server as wire_client sees it, which is the same light generator for ours, for the floor,
    and for a Redis."""

    KEYS = 1_000
    BATCH_KEYS = 100
    WARMUP_SECONDS = 0.3

    def __init__(
        self,
        programs: Programs,
        server: CacheServer | FloorServer | Redis,
        credentials: Sequence[str] = (),
    ) -> None:
        """`credentials` are the client's flags for TLS, and for what it is known by."""
        self.server = server
        protocol = "resp" if isinstance(server, Redis) else "grpc"
        self._command = [programs.wire_client, f"--protocol={protocol}", f"--port={server.port}"]
        self._command += credentials

    def call(self, seconds: float, *flags: str) -> tuple[ClientReport, dict[str, float]]:
        """What it measured, and the CPU seconds of both sides."""
        before = self.server.cpu_seconds()
        times = [f"--seconds={seconds}", f"--warmup_seconds={self.WARMUP_SECONDS}"]
        report = _client_report(run_program([*self._command, *flags, *times]))
        used = self.server.cpu_seconds() - before
        return report, {self.server.name: used, "wire_client": report.cpu_seconds}

    def fill(self) -> None:
        """Stores what Gets are answered with."""
        report, _ = self.call(1, "--op=set", f"--keys={self.KEYS}")
        if fault := _fault_of_all(report):
            raise BenchError(f"{self.server.name}: {fault}")
        if report.calls < self.KEYS:  # The first calls are for one key each.
            raise BenchError(f"{self.server.name}: only {report.calls} keys were set in time")


class OpenLoop:
    """Gets values at a fixed rate. A sample is the p99 in µs, counted from when each call was
    due."""

    def __init__(self, wire: Wire, rate: int, seconds: float, keys: int = Wire.KEYS) -> None:
        self._wire = wire
        self._flags = [f"--rate={rate}", f"--keys={keys}"]
        self._seconds = seconds
        self._p50 = Sample(0, fault="it did not run")

    def __call__(self) -> Sample:
        report, cpu = self._wire.call(self._seconds, *self._flags)
        self._p50 = Sample(report.latency_us["p50"], cpu, _fault_of_all(report))
        return Sample(report.latency_us["p99"], cpu, _fault_of_all(report))

    def p50(self) -> Sample:
        """The median of the last run: for a case that stands after the one that runs."""
        return self._p50


class ClosedLoop:
    """Calls with a fixed number in flight. A sample is the rate, of entries if a call has many."""

    def __init__(
        self,
        wire: Wire,
        operation: str,
        shape: Shape,
        seconds: float,
        keys: int = 1,
        value_bytes: int = 64,
    ) -> None:
        self._wire = wire
        self._entries_a_call = wire.BATCH_KEYS if operation.startswith("batch") else 1
        self._flags = [
            f"--op={operation}",
            f"--connections={shape.connections}",
            f"--in_flight={shape.streams}",
            f"--keys={keys}",
            f"--value_bytes={value_bytes}",
        ]
        self._seconds = seconds

    def __call__(self) -> Sample:
        report, cpu = self._wire.call(self._seconds, *self._flags)
        rate = report.calls_per_second * self._entries_a_call
        return Sample(rate, cpu, _fault_of_all(report))


class SideBySide:
    """Several loads at the same time. A sample is the sum of theirs, with the processors' time of all,
    and of `others`, servers that take part."""

    def __init__(self, loads: Sequence[Run], others: Sequence[Server] = ()) -> None:
        self._loads = loads
        self._others = others

    def __call__(self) -> Sample:
        before = [server.cpu_seconds() for server in self._others]
        with ThreadPoolExecutor(len(self._loads)) as pool:
            runs = [pool.submit(load) for load in self._loads]
            samples = [run.result() for run in runs]
        cpu: dict[str, float] = defaultdict(float)
        for sample in samples:
            for name, used in sample.cpu_seconds.items():
                cpu[name] += used
        for server, earlier in zip(self._others, before):
            cpu[server.name] += server.cpu_seconds() - earlier
        fault = next((sample.fault for sample in samples if sample.fault), "")
        return Sample(sum(sample.value for sample in samples), dict(cpu), fault)


class Excess:
    """Gets a value at a rate that the server may refuse a part of. A sample is the rate of those
    that it answers."""

    def __init__(self, wire: Wire, rate: int, seconds: float) -> None:
        self._wire = wire
        self._rate = rate
        self._seconds = seconds
        self._refused = Sample(0, fault="it did not run")

    def __call__(self) -> Sample:
        report, cpu = self._wire.call(self._seconds, f"--rate={self._rate}", "--keys=1")
        ended = report.calls + report.refused
        self._refused = Sample(100 * report.refused / max(ended, 1), fault=report.fault)
        return Sample(report.calls_per_second, cpu, report.fault)

    def refused(self) -> Sample:
        """The share of the last run's calls, in percent, that were answered RESOURCE_EXHAUSTED: for
        a case that stands after the one that runs."""
        return self._refused


def _fault_of_all(report: ClientReport) -> str:
    """Why a run does not count of which no call is to be refused."""
    return report.fault or (f"{report.refused} calls were refused" if report.refused else "")


def _client_report(done: Finished) -> ClientReport:
    """Our clients print their report on a line of its own, and beside it what went wrong first."""
    said = done.output.splitlines()
    report = json.loads(next(line for line in said if line.startswith("{")))
    why = "; ".join(line for line in said if not line.startswith("{"))
    failed = int(report["failed"])
    return ClientReport(
        calls=int(report["calls"]),
        calls_per_second=float(report["calls_per_second"]),
        latency_us=report["latency_us"],
        cpu_seconds=float(report["cpu_seconds"]),
        refused=int(report["refused"]),
        fault=f"{failed} calls failed or were answered wrongly ({why})" if failed > 0 else "",
    )
