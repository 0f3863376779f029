# SPDX-License-Identifier: Apache-2.0
"""Which store an application gets, by its environment, and what a bad value is told."""

from __future__ import annotations

import asyncio
import socket

import pytest
from servers import Server

from cachestore import (
    CacheError,
    CacheSettings,
    Code,
    FailOpenCacheStore,
    MemoryCacheStore,
    NoneCacheStore,
    RemoteCacheStore,
    SyncFailOpenCacheStore,
    SyncMemoryCacheStore,
    SyncNoneCacheStore,
    SyncRemoteCacheStore,
    create_cache_store,
    create_sync_cache_store,
)
from cachestore._spec import SETTINGS
from cachestore.durations import format_seconds, parse_seconds
from cachestore.service_url import parse_service_url

_KINDS = {
    "none": (NoneCacheStore, SyncNoneCacheStore),
    "memory": (MemoryCacheStore, SyncMemoryCacheStore),
    "remote": (RemoteCacheStore, SyncRemoteCacheStore),
}


def _settings(**texts: str) -> CacheSettings:
    return CacheSettings.from_environment({f"APP_CACHE_{k.upper()}": v for k, v in texts.items()})


@pytest.mark.parametrize("backend", _KINDS)
def test_the_backend_is_a_setting(backend: str) -> None:
    settings = _settings(backend=backend)
    assert type(create_cache_store(settings)) is _KINDS[backend][0]
    assert type(create_sync_cache_store(settings)) is _KINDS[backend][1]


def test_without_settings_caching_is_off_and_the_defaults_are_those_of_the_spec() -> None:
    assert CacheSettings.from_environment({}) == CacheSettings()
    assert CacheSettings().backend == "none"
    without = {"timeout_seconds", "max_calls_in_flight", "max_batch_bytes"}
    fields = set(CacheSettings.__dataclass_fields__)
    assert {name[len("APP_CACHE_") :].lower() for name in SETTINGS} == fields - without


def test_a_setting_that_is_empty_is_as_good_as_none() -> None:
    empty = {name: "" for name in SETTINGS}
    assert CacheSettings.from_environment(empty) == CacheSettings()


def test_what_the_environment_does_not_say_reaches_the_client() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = CacheSettings(
            backend="remote",
            storage_url=f"grpc://127.0.0.1:{silent.getsockname()[1]}",
            timeout_seconds=0.05,
        )
        with create_sync_cache_store(settings) as cache, pytest.raises(CacheError) as raised:
            cache.get("k")
        assert raised.value.code is Code.DEADLINE_EXCEEDED
    for name in ("timeout_seconds", "max_calls_in_flight", "max_batch_bytes"):
        wrong = CacheSettings(backend="remote", **{name: 0})  # type: ignore[arg-type]
        with pytest.raises(CacheError, match=f"{name}: is 0"):
            create_cache_store(wrong)


def test_the_environment_of_the_process_is_read(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("APP_CACHE_BACKEND", "remote")
    monkeypatch.setenv("APP_CACHE_STORAGE_URL", server.url)

    async def run() -> None:
        async with create_cache_store() as cache:
            await cache.set("settings", b"v")

    asyncio.run(run())
    with create_sync_cache_store() as cache:
        assert cache.get("settings") == b"v"


def test_fail_open_is_asked_for() -> None:
    settings = _settings(backend="remote")
    assert type(create_cache_store(settings, fail_open=True)) is FailOpenCacheStore
    assert type(create_sync_cache_store(settings, fail_open=True)) is SyncFailOpenCacheStore


def test_a_redis_is_behind_the_service() -> None:
    what_to_do = "run cache_server --backend=redis.*remote"
    with pytest.raises(CacheError, match=what_to_do):
        _settings(backend="redis")
    with pytest.raises(CacheError, match=what_to_do):
        create_cache_store(CacheSettings(backend="redis"))


@pytest.mark.parametrize(
    "name, text, takes",
    [
        ("backend", "memcached", "one of none, memory, remote"),
        ("insecure_token", "yes", "true or false"),
        ("default_ttl_seconds", "soon", "seconds, or a duration"),
        ("max_ttl_seconds", "0", "of at least 1ms"),
        ("max_entries", "0", "a number from 1 to 2147483647"),
        ("max_bytes", "1GB", "a number of bytes, or one with KiB, MiB or GiB"),
        ("max_key_bytes", "1MiB", "up to 65536"),
        ("max_batch_keys", "1e3", "a number from 1 to 100000"),
    ],
)
def test_a_bad_value_is_one_line_with_what_it_got_and_what_it_takes(
    name: str, text: str, takes: str
) -> None:
    with pytest.raises(CacheError) as raised:
        _settings(**{name: text})
    error = raised.value
    assert error.code is Code.INVALID_ARGUMENT
    assert f'APP_CACHE_{name.upper()}: got "{text}"; takes ' in str(error)
    assert takes in str(error)
    assert "\n" not in str(error)


def test_sizes_and_times_may_have_units() -> None:
    settings = _settings(max_bytes="64MiB", default_ttl_seconds="1m30s", max_ttl_seconds="24h")
    assert settings.max_bytes == 64 << 20
    assert (settings.default_ttl_seconds, settings.max_ttl_seconds) == (90, 86400)


@pytest.mark.parametrize(
    "text, seconds",
    [("90", 90), ("1.5", 1.5), ("5m", 300), ("500ms", 0.5), ("1h30m", 5400), ("1.5h", 5400)],
)
def test_times_are_numbers_with_units_or_without(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "5 m", "-1", "5x", "inf", "nan", "1m5"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_seconds(text) is None


@pytest.mark.parametrize(
    "seconds, text",
    [(0, "0"), (-1, "-1s"), (300, "5m"), (31536000, "8760h"), (0.0015, "1.5ms"), (61.5, "1m1.5s")],
)
def test_times_are_written_as_the_service_writes_them(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


@pytest.mark.parametrize(
    "url, target",
    [
        ("grpc://localhost:1", "dns:///localhost:1"),
        ("grpcs://[::1]:50051/", "dns:///[::1]:50051"),
        ("grpc+unix:///run/a b", "unix:/run/a%20b"),
        ("unix:relative", "unix:relative"),
    ],
)
def test_a_url_says_where_the_service_is(url: str, target: str) -> None:
    assert parse_service_url(url).target == target


@pytest.mark.parametrize(
    "url, problem",
    [
        ("", "is empty"),
        ("localhost:50051", "has no scheme"),
        ("http://localhost:1", "has the scheme http"),
        ("grpc://localhost", "has no port"),
        ("grpc://:1", "has no host"),
        ("grpc://a:0", "has no port from 1 to 65535"),
        ("grpc://a:1/b", "has more than a host and a port"),
        ("grpc://[::g]:1", "has no IPv6 address"),
        ("grpc+unix://run", "has a path that does not begin with /"),
        ("unix:", "has no path"),
        ("unix:" + "x" * 108, "has a path of 108 bytes"),
    ],
)
def test_a_url_that_is_none_is_told_why(url: str, problem: str) -> None:
    with pytest.raises(CacheError, match="storage_url: " + problem.replace("[", "")):
        create_cache_store(CacheSettings(backend="remote", storage_url=url))


def test_a_url_with_a_password_is_not_repeated() -> None:
    with pytest.raises(CacheError) as raised:
        parse_service_url("grpc://user:secret@host:1")
    assert "secret" not in str(raised.value)
