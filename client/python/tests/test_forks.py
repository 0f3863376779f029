# SPDX-License-Identifier: Apache-2.0
"""What the child of a fork gets. Each test forks from a process of its own, as gRPC is used in this
one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from servers import Server

_FORKING = """
import asyncio, os, sys
from cachestore import CacheError, RemoteCacheStore, RemoteOptions, SyncRemoteCacheStore

kind, is_used_before, url = sys.argv[1:]
options = RemoteOptions(url=url)
cache = RemoteCacheStore(options) if kind == "asyncio" else SyncRemoteCacheStore(options)

def get():
    return asyncio.run(cache.get("key")) if kind == "asyncio" else cache.get("key")

if is_used_before == "used":
    get()
child = os.fork()
if child == 0:
    try:
        print("the child got", get(), flush=True)
    except CacheError as error:
        print("the child got", error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("the parent got", get(), flush=True)
os._exit(0)
"""

_FORKING_IN_FLIGHT = """
import os, threading
from cachestore import SyncMemoryCacheStore

cache, began, go_on = SyncMemoryCacheStore(), threading.Event(), threading.Event()

def compute():
    began.set()
    go_on.wait()
    return b"the parent's"

def get():
    print(cache.get_or_compute("key", 60, compute), flush=True)

thread = threading.Thread(target=get)
thread.start()
began.wait()
child = os.fork()
if child == 0:
    print(cache.get_or_compute("key", 60, lambda: b"the child's"), flush=True)
    os._exit(0)
os.waitpid(child, 0)
go_on.set()
thread.join()
"""


def _fork(kind: str, is_used_before: str, server: Server) -> str:
    command = [sys.executable, "-c", _FORKING, kind, is_used_before, server.url]
    # gRPC 1.51's own handlers sometimes hang in the fork itself: they join a thread that waits.
    environment = {"PYTHONPATH": ":".join(sys.path), "GRPC_ENABLE_FORK_SUPPORT": "0"}
    finished = subprocess.run(
        command, env=environment, text=True, stdout=subprocess.PIPE, timeout=60, check=True
    )
    return finished.stdout


@pytest.mark.parametrize("kind", ["asyncio", "threads"])
def test_a_child_has_a_channel_of_its_own(kind: str, server: Server) -> None:
    assert _fork(kind, "unused", server) == "the child got None\nthe parent got None\n"


@pytest.mark.parametrize("kind", ["asyncio", "threads"])
def test_a_child_of_who_has_used_the_cache_is_told_what_to_do(kind: str, server: Server) -> None:
    said = _fork(kind, "used", server)
    assert "FAILED_PRECONDITION in Get: this process was forked" in said
    assert "key of 3 bytes, hash" in said
    assert "make the first call after the fork" in said
    assert "the parent got None" in said


def test_a_child_does_not_wait_for_what_a_thread_of_its_parent_computes() -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORKING_IN_FLIGHT],
        env={"PYTHONPATH": ":".join(sys.path)},
        text=True,
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    assert finished.stdout == 'b"the child\'s"\nb"the parent\'s"\n'
