# SPDX-License-Identifier: Apache-2.0
"""The servers that are measured, each on a free port of this machine and without persistence."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import slow_redis
from benchmarks.harness.processes import BenchError, Server, free_port, run_program

_ADDRESS = r"serving on (127\.0\.0\.1:\d+)"


@dataclass(frozen=True)
class Programs:
    """Where our own programs were built."""

    folder: Path

    @property
    def cache_server(self) -> str:
        return str(self.folder / "service/cache_server")

    @property
    def floor_server(self) -> str:
        return str(self.folder / "benchmarks/floor/floor_server")

    @property
    def load_client(self) -> str:
        return str(self.folder / "benchmarks/load/load_client")

    @property
    def wire_client(self) -> str:
        return str(self.folder / "benchmarks/load/wire_client")

    @property
    def memory_store_benchmark(self) -> str:
        return str(self.folder / "benchmarks/memory_store_benchmark")


# Of ours; they are contenders of the same names.
TRANSPORTS = ("http2", "grpc")

# http2 with as many threads as Redis has.
ONE_THREAD = "http2, one thread"


class CacheServer(Server):
    """Ours. `address` is host:port."""

    def __init__(
        self,
        programs: Programs,
        folder: Path,
        transport: str,
        flags: Sequence[str] = (),
        loader: Sequence[str] = (),  # What runs the program, if it does not run by itself.
    ) -> None:
        command = [*loader, programs.cache_server, f"--transport={transport}"]
        command += ["--listen=127.0.0.1:0", *flags]
        super().__init__("cache_server", command, folder)
        self.address = self.await_log(_ADDRESS)[1]
        self.port = int(self.address.rpartition(":")[2])

    def stop_and_check(self, calls: int) -> str:
        """Stops the server. Why its own count speaks against `calls` answered ones, or nothing."""
        counts = re.search(r"(\d+) calls started, (\d+) finished, (\d+) in error", self.stop())
        if counts is None:
            return "the server did not stop in order"
        started, finished, in_error = (int(count) for count in counts.groups())
        if started != finished or in_error > 0 or started < calls:
            return f"of {calls} calls, the server counted {counts[0]}"
        return ""


class FloorServer(Server):
    """gRPC with nothing behind it."""

    def __init__(
        self, programs: Programs, folder: Path, api: str = "raw_async", value_bytes: int = 0
    ) -> None:
        command = [programs.floor_server, f"--api={api}", f"--value_bytes={value_bytes}"]
        super().__init__(f"floor_{api}", command, folder)
        self.address = self.await_log(_ADDRESS)[1]
        self.port = int(self.address.rpartition(":")[2])


@dataclass(frozen=True)
class RedisCounts:
    calls: int
    failed: int
    sent_bytes: int


class Redis(Server):
    """A Redis without persistence."""

    def __init__(self, folder: Path, flags: str = "") -> None:
        self.port = free_port()
        command = f"redis-server --port {self.port} --bind 127.0.0.1 --save --appendonly no {flags}"
        super().__init__("redis", command.split(), folder)
        self.await_log("Ready to accept connections")

    def ask(self, *command: str) -> str:
        return run_program(["redis-cli", "-p", str(self.port), *command]).output

    def counts(self, command: str) -> RedisCounts:
        """How often a command was called since the server started, and what was sent for all."""
        info = self.ask("INFO", "stats", "commandstats")
        sent = re.search(r"total_net_output_bytes:(\d+)", info)
        of_command = re.search(
            rf"cmdstat_{command}:calls=(\d+),.*rejected_calls=(\d+),failed_calls=(\d+)", info
        )
        calls, rejected, failed = of_command.groups() if of_command else (0, 0, 0)
        return RedisCounts(int(calls), int(rejected) + int(failed), int(sent[1]) if sent else 0)


class RedisClusterNode(Redis):
    """A Redis that is to be one of a cluster's."""

    def __init__(self, folder: Path) -> None:
        files = folder / f"cluster-{free_port()}"
        files.mkdir()
        super().__init__(files, f"--cluster-enabled yes --cluster-port {free_port()}")

    def await_cluster(self) -> None:
        """Waits until this server knows of a cluster without a slot that nobody has."""
        self._await(lambda: "cluster_state:ok" in self.ask("CLUSTER", "INFO"), "to join")


class RedisCluster:
    """Three masters, with as many slots each."""

    def __init__(self, folder: Path, servers: ExitStack) -> None:
        """`servers` ends them."""
        self.nodes = [servers.enter_context(RedisClusterNode(folder)) for _ in range(3)]
        places = [f"127.0.0.1:{node.port}" for node in self.nodes]
        made = run_program(["redis-cli", "--cluster", "create", *places, "--cluster-yes"])
        if "All 16384 slots covered" not in made.output:
            raise BenchError(f"redis-cli makes no cluster: {made.output.strip()}")
        for node in self.nodes:
            node.await_cluster()
        self.url = f"redis+cluster://{','.join(places)}"


class SlowRedis(Server):
    """A Redis whose replies come late."""

    def __init__(self, folder: Path, redis: Redis, delay_seconds: float) -> None:
        command = [sys.executable, "-m", slow_redis.__name__, str(redis.port), str(delay_seconds)]
        super().__init__("slow_redis", command, folder)
        self.port = int(self.await_log(r"listening on port (\d+)")[1])


class Memcached(Server):
    """A memcached with as many threads as there are cores."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.port = free_port()
        command = f"memcached -p {self.port} -U 0 -l 127.0.0.1 -t {threads} -m 1024 -u nobody"
        super().__init__("memcached", command.split(), folder)
        self.await_port(self.port)


class Etcd(Server):
    """An etcd of one member."""

    def __init__(self, folder: Path) -> None:
        data = folder / f"etcd-{free_port()}"
        clients = f"http://127.0.0.1:{free_port()}"
        peers = f"http://127.0.0.1:{free_port()}"
        command = (
            f"etcd --data-dir {data} --log-level info --logger zap"
            f" --listen-client-urls {clients} --advertise-client-urls {clients}"
            f" --listen-peer-urls {peers} --initial-advertise-peer-urls {peers}"
            f" --initial-cluster default={peers}"
        )
        super().__init__("etcd", command.split(), folder)
        self.url = clients
        self.await_log("ready to serve|serving insecure client requests|serving client traffic")


def versions(programs: Programs) -> dict[str, str]:
    """What the peers say that they are."""

    def first(pattern: str, *command: str) -> str:
        found = re.search(pattern, run_program(command).output)
        if found is None:
            raise BenchError(f"{command[0]} does not say its version")
        return found[1]

    return {
        "cache_server": first(r"cache_server (\S+)", programs.cache_server, "--version"),
        "gRPC": first(r"(\S+)\n", "pkg-config", "--modversion", "grpc++"),
        "Redis": first(r"v=(\S+)", "redis-server", "--version"),
        "memcached": first(r"memcached (\S+)", "memcached", "--version"),
        "etcd": first(r"etcd Version: (\S+)", "etcd", "--version"),
        "h2load": first(r"nghttp2/(\S+)", "h2load", "--version"),
    }
