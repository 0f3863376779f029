# SPDX-License-Identifier: Apache-2.0
"""An application's cache as its environment describes it: APP_CACHE_BACKEND and so on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from . import _spec
from .durations import parse_seconds
from .errors import invalid
from .fail_open import FailOpen, FailOpenCacheStore, SyncFailOpenCacheStore
from .in_process import (
    MemoryCacheStore,
    NoneCacheStore,
    SyncMemoryCacheStore,
    SyncNoneCacheStore,
)
from .limits import Limits
from .observer import CacheObserver
from .remote import RemoteCacheStore
from .remote_options import RemoteOptions
from .store import CacheStore
from .sync_remote import SyncRemoteCacheStore
from .sync_store import SyncCacheStore

_BYTE_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_SIZE = "a number of bytes, or one with KiB, MiB or GiB"
_TIME = "seconds, or a duration such as 500ms, 90s or 24h, of at least 1ms"
_PEM = "the path of a PEM file, with a URL of grpcs://"
_MOST_TTL_SECONDS = 24 * 365 * 100 * 3600
_BACKENDS = ("none", "memory", "remote")


@dataclass(frozen=True)
class CacheSettings:
    """All that decides which store an application gets. Behind `remote` the service's own limits
    and default TTL apply, not those of here. The last three are not read from the environment, and
    are for `remote` alone; see RemoteOptions."""

    backend: str = "none"
    storage_url: str = "grpc://127.0.0.1:50051"
    auth_token_file: str = ""
    insecure_token: bool = False
    tls_ca_file: str = ""
    tls_cert_file: str = ""
    tls_key_file: str = ""
    default_ttl_seconds: float = _spec.DEFAULT_TTL_SECONDS
    max_ttl_seconds: float = _spec.MAX_TTL_SECONDS
    max_entries: int = _spec.MAX_ENTRIES
    max_bytes: int = _spec.MAX_BYTES
    max_key_bytes: int = _spec.MAX_KEY_BYTES
    max_value_bytes: int = _spec.MAX_VALUE_BYTES
    max_batch_keys: int = _spec.MAX_BATCH_KEYS
    timeout_seconds: float = _spec.TIMEOUT_SECONDS
    max_calls_in_flight: int = _spec.MAX_CALLS_IN_FLIGHT
    max_batch_bytes: int = _spec.MAX_BATCH_BYTES

    @staticmethod
    def from_environment(environment: Optional[Mapping[str, str]] = None) -> CacheSettings:
        """INVALID_ARGUMENT, in one line, with the setting's name, what it got and what it takes."""
        texts = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for name, default in _spec.SETTINGS.items():
            parse, takes = _PARSERS[name]
            text = texts.get(name) or default  # An empty one is as good as none.
            if not text:
                continue
            if name == "APP_CACHE_BACKEND" and text == "redis":
                raise invalid(
                    f'{name}: got "redis", which only the service has; run cache_server '
                    "--backend=redis, and set this to remote"
                )
            value = parse(text)
            if value is None:
                raise invalid(f"{name}: got {_quoted(text)}; takes {takes}")
            values[name[len("APP_CACHE_") :].lower()] = value
        return CacheSettings(**values)

    def limits(self) -> Limits:
        return Limits(
            self.max_key_bytes,
            self.max_value_bytes,
            self.default_ttl_seconds,
            self.max_ttl_seconds,
            self.max_batch_keys,
        )


def create_cache_store(
    settings: Optional[CacheSettings] = None,
    *,
    fail_open: bool = False,
    observer: Optional[CacheObserver] = None,
) -> CacheStore:
    """The store that `settings` ask for, or else the environment; connects to nothing yet.

    With `fail_open`, a service that is away becomes misses (see FailOpen). INVALID_ARGUMENT names
    the setting that is wrong.
    """
    settings = settings or CacheSettings.from_environment()
    _check_backend(settings)
    if settings.backend == "none":
        return NoneCacheStore(limits=settings.limits(), observer=observer)
    if settings.backend == "memory":
        return MemoryCacheStore(
            max_entries=settings.max_entries,
            max_bytes=settings.max_bytes,
            limits=settings.limits(),
            observer=observer,
        )
    store = RemoteCacheStore(_remote_options(settings, observer))
    return FailOpenCacheStore(store, FailOpen(observer=observer)) if fail_open else store


def create_sync_cache_store(
    settings: Optional[CacheSettings] = None,
    *,
    fail_open: bool = False,
    observer: Optional[CacheObserver] = None,
) -> SyncCacheStore:
    """create_cache_store's twin, for threads."""
    settings = settings or CacheSettings.from_environment()
    _check_backend(settings)
    if settings.backend == "none":
        return SyncNoneCacheStore(limits=settings.limits(), observer=observer)
    if settings.backend == "memory":
        return SyncMemoryCacheStore(
            max_entries=settings.max_entries,
            max_bytes=settings.max_bytes,
            limits=settings.limits(),
            observer=observer,
        )
    store = SyncRemoteCacheStore(_remote_options(settings, observer))
    return SyncFailOpenCacheStore(store, FailOpen(observer=observer)) if fail_open else store


def _check_backend(settings: CacheSettings) -> None:
    if settings.backend not in _BACKENDS:
        # As the environment's would be, which has the words.
        CacheSettings.from_environment({"APP_CACHE_BACKEND": settings.backend})


def _remote_options(settings: CacheSettings, observer: Optional[CacheObserver]) -> RemoteOptions:
    return RemoteOptions(
        url=settings.storage_url,
        timeout_seconds=settings.timeout_seconds,
        max_calls_in_flight=settings.max_calls_in_flight,
        max_batch_bytes=settings.max_batch_bytes,
        auth_token_file=settings.auth_token_file,
        insecure_token=settings.insecure_token,
        tls_ca_file=settings.tls_ca_file,
        tls_cert_file=settings.tls_cert_file,
        tls_key_file=settings.tls_key_file,
        observer=observer or CacheObserver(),
    )


def _quoted(text: str) -> str:
    escaped = text.encode("unicode_escape").decode().replace('"', '\\"')
    return f'"{escaped}"'


def _number(least: int, most: int) -> Callable[[str], Optional[int]]:
    def parse(text: str) -> Optional[int]:
        is_number = text.isascii() and text.isdigit() and len(text) < 20
        return int(text) if is_number and least <= int(text) <= most else None

    return parse


def _bytes(most: int) -> Callable[[str], Optional[int]]:
    def parse(text: str) -> Optional[int]:
        factor = _BYTE_UNITS.get(text[-3:], 1)
        number = _number(0, most)(text[:-3] if factor > 1 else text)
        return number * factor if number and number * factor <= most else None

    return parse


def _seconds(text: str) -> Optional[float]:
    seconds = parse_seconds(text)
    return seconds if seconds is not None and 0.001 <= seconds <= _MOST_TTL_SECONDS else None


def _is_true(text: str) -> Optional[bool]:
    return {"true": True, "false": False}.get(text)


def _backend(text: str) -> Optional[str]:
    return text if text in _BACKENDS else None


_PARSERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "APP_CACHE_BACKEND": (_backend, f"one of {', '.join(_BACKENDS)}"),
    "APP_CACHE_STORAGE_URL": (str, "a URL such as grpc://127.0.0.1:50051"),
    "APP_CACHE_AUTH_TOKEN_FILE": (str, "the path of a file with a token"),
    "APP_CACHE_INSECURE_TOKEN": (_is_true, "true or false"),
    "APP_CACHE_TLS_CA_FILE": (str, _PEM),
    "APP_CACHE_TLS_CERT_FILE": (str, _PEM),
    "APP_CACHE_TLS_KEY_FILE": (str, _PEM),
    "APP_CACHE_DEFAULT_TTL_SECONDS": (_seconds, _TIME),
    "APP_CACHE_MAX_TTL_SECONDS": (_seconds, _TIME),
    "APP_CACHE_MAX_ENTRIES": (
        _number(1, 2**31 - 1),
        f"a number from 1 to {2**31 - 1}",
    ),
    "APP_CACHE_MAX_BYTES": (_bytes(1 << 50), _SIZE),
    "APP_CACHE_MAX_KEY_BYTES": (_bytes(64 << 10), f"{_SIZE}, up to {64 << 10}"),
    "APP_CACHE_MAX_VALUE_BYTES": (_bytes(512 << 20), f"{_SIZE}, up to {512 << 20}"),
    "APP_CACHE_MAX_BATCH_KEYS": (_number(1, 100_000), "a number from 1 to 100000"),
}
