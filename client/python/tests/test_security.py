# SPDX-License-Identifier: Apache-2.0
"""TLS and tokens, against the real service."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from certificates import Authority, Pair
from servers import Server, program

from cachestore import CacheError, Code, RemoteCacheStore, RemoteOptions, SyncRemoteCacheStore


@dataclass(frozen=True)
class _Secured:
    url: str
    authority: Authority
    client: Pair
    token_file: str


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Secured]:
    """A service that wants a certificate and a token."""
    folder = tmp_path_factory.mktemp("secured")
    authority = Authority(folder)
    served = authority.sign("server", "DNS:localhost,IP:127.0.0.1")
    said = subprocess.run(
        [program("CACHECTL"), "token", "new", "app", "--role", "write"],
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    token, line = said.stdout.splitlines()[:2]
    (folder / "token").write_text(token + "\n")
    (folder / "auth_file").write_text(line + "\n")
    flags = [
        f"--tls_cert={served.certificate}",
        f"--tls_key={served.key}",
        f"--tls_client_ca={authority.ca}",
        "--tls_require_client_cert",
        f"--auth_file={folder / 'auth_file'}",
    ]
    with Server(*flags) as server:
        url = f"grpcs://{server.address}"
        client = authority.sign("client", "DNS:client")
        yield _Secured(url, authority, client, str(folder / "token"))


def _options(secured: _Secured, **changes: str) -> RemoteOptions:
    given = {
        "url": secured.url,
        "auth_token_file": secured.token_file,
        "tls_ca_file": secured.authority.ca,
        "tls_cert_file": secured.client.certificate,
        "tls_key_file": secured.client.key,
    }
    return RemoteOptions(**{**given, **changes})  # type: ignore[arg-type]


def _error_of(options: RemoteOptions) -> CacheError:
    with pytest.raises(CacheError) as raised:
        with SyncRemoteCacheStore(options) as cache:
            cache.get("k")
    return raised.value


def test_who_shows_a_certificate_and_a_token_is_served(secured: _Secured) -> None:
    async def run() -> None:
        async with RemoteCacheStore(_options(secured)) as cache:
            await cache.set("k", b"v")
            assert await cache.get("k") == b"v"

    asyncio.run(run())
    with SyncRemoteCacheStore(_options(secured)) as cache:
        assert cache.get("k") == b"v"


def test_who_shows_no_certificate_is_told_which_setting_has_one(secured: _Secured) -> None:
    error = _error_of(_options(secured, tls_cert_file="", tls_key_file=""))
    assert error.code is Code.UNAVAILABLE
    assert "tls_cert_file" in error.remedy


def test_who_shows_no_token_is_told_which_setting_has_one(secured: _Secured) -> None:
    error = _error_of(_options(secured, auth_token_file=""))
    assert error.code is Code.UNAUTHENTICATED
    assert "APP_CACHE_AUTH_TOKEN_FILE" in str(error)


def test_what_the_role_does_not_allow_is_denied(secured: _Secured) -> None:
    with SyncRemoteCacheStore(_options(secured)) as cache:
        with pytest.raises(CacheError, match="admin") as raised:
            cache.clear()
    assert raised.value.code is Code.PERMISSION_DENIED


def test_a_service_of_another_authority_is_not_called(secured: _Secured, tmp_path: Path) -> None:
    error = _error_of(_options(secured, tls_ca_file=Authority(tmp_path).ca))
    assert error.code is Code.UNAVAILABLE
    assert "tls_ca_file" in error.remedy


def test_a_service_without_tls_is_not_called_with_it(server: Server) -> None:
    error = _error_of(RemoteOptions(url=f"grpcs://{server.address}"))
    assert error.code is Code.UNAVAILABLE
    assert "does not speak TLS" in error.remedy


def test_a_token_does_not_go_in_the_clear_to_another_machine(secured: _Secured) -> None:
    options = RemoteOptions(url="grpc://cache.example:50051", auth_token_file=secured.token_file)
    with pytest.raises(CacheError, match="in the clear to cache.example:50051; use grpcs://"):
        RemoteCacheStore(options)
    for url in ("grpc://localhost:1", "grpc://127.1.2.3:1", "grpc://[::1]:1", "unix:/run/c.sock"):
        RemoteCacheStore(RemoteOptions(url=url, auth_token_file=secured.token_file))
    RemoteCacheStore(
        RemoteOptions(url=options.url, auth_token_file=options.auth_token_file, insecure_token=True)
    )


def test_files_that_cannot_be_used_are_refused_with_their_setting(
    secured: _Secured, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.write_text("")
    other = secured.authority.sign("other", "DNS:other")
    wrong = {
        "auth_token_file: .* holds no token": {"auth_token_file": str(empty)},
        "auth_token_file: .* cannot be read": {"auth_token_file": str(tmp_path / "absent")},
        "tls_ca_file: .* holds no PEM certificate": {"tls_ca_file": str(empty)},
        "tls_cert_file: .* holds no PEM certificate": {"tls_cert_file": str(empty)},
        "tls_key_file: .* holds no PEM key": {"tls_key_file": str(empty)},
        "tls_key_file: .* is not the key of": {"tls_key_file": other.key},
        "tls_key_file: is not given": {"tls_key_file": ""},
        "tls_ca_file: is for TLS": {"url": "grpc://127.0.0.1:1"},
    }
    for message, changes in wrong.items():
        with pytest.raises(CacheError, match=message) as raised:
            RemoteCacheStore(_options(secured, **changes))
        assert raised.value.code is Code.INVALID_ARGUMENT


def test_a_unix_socket_is_called_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a cache.sock"
    with Server(listen=f"unix:{path}"):
        for url in (f"grpc+unix://{path}", f"unix:{path}", f"unix://{path}"):
            with SyncRemoteCacheStore(RemoteOptions(url=url)) as cache:
                cache.ping()
