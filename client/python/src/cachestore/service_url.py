# SPDX-License-Identifier: Apache-2.0
"""Where a cache service is."""

from __future__ import annotations

import ipaddress
import re
import string
from dataclasses import dataclass
from urllib.parse import quote

from .errors import CacheError, invalid

_MAX_PATH_BYTES = 107  # Of sockaddr_un, without the NUL at its end.
_HOST_NAME = set(string.ascii_letters + string.digits + "-._")


@dataclass(frozen=True)
class ServiceAddress:
    #: As gRPC's name resolvers take it: dns:///127.0.0.1:50051.
    target: str
    #: As people read it, in messages: 127.0.0.1:50051.
    name: str
    is_tls: bool = False
    #: Whether it is this machine beyond doubt, so that nobody reads along.
    is_this_machine: bool = False


def parse_service_url(url: str) -> ServiceAddress:
    """Reads grpc://HOST:PORT, grpcs://HOST:PORT (TLS), grpc+unix:///PATH and unix:PATH.

    Looks nothing up. INVALID_ARGUMENT says what is wrong and what is taken; it repeats the URL
    unless that may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme in ("grpc", "grpcs"):
        return _host_and_port(url, rest, is_tls=scheme == "grpcs")
    if separator and scheme in ("grpc+unix", "unix"):
        if not rest.startswith("/"):
            raise _wrong(url, "has a path that does not begin with /")
        return _socket(url, rest)
    if url.startswith("unix:"):
        return _socket(url, url[len("unix:") :])
    if not url:
        raise _wrong(url, "is empty")
    if not separator:
        raise _wrong(url, "has no scheme")
    raise _wrong(url, f"has the scheme {scheme}, which is none of a cache service")


def _wrong(url: str, problem: str) -> CacheError:
    got = "" if "@" in url else f', got "{url}"'
    return invalid(
        f"{problem}; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051, "
        f"grpcs://cache.example:50051 or unix:/run/cache.sock{got}"
    )


def _socket(url: str, path: str) -> ServiceAddress:
    size = len(path.encode())
    if not path or "\0" in path:
        raise _wrong(url, "has no path of a unix socket")
    if size > _MAX_PATH_BYTES:
        most = _MAX_PATH_BYTES
        raise _wrong(url, f"has a path of {size} bytes; a unix socket's has {most} at most")
    return ServiceAddress(f"unix:{quote(path, safe='/-._~')}", f"unix:{path}", False, True)


def _host_and_port(url: str, rest: str, is_tls: bool) -> ServiceAddress:
    if "@" in rest:
        raise _wrong(url, "has a user, which is no part")
    rest = rest[:-1] if rest.endswith("/") else rest
    if set(rest) & set("/?#"):
        raise _wrong(url, "has more than a host and a port")
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d+))?", rest)
    if parts is None:
        raise _wrong(url, "has a host that is no name and no address, or no port")
    host, port = parts.group(1), parts.group(2)
    if port is None:
        raise _wrong(url, "has no port")
    if not 1 <= int(port) <= 65535:
        raise _wrong(url, "has no port from 1 to 65535")
    is_loopback = _is_loopback(url, host)
    return ServiceAddress(f"dns:///{rest}", rest, is_tls, is_loopback)


def _is_loopback(url: str, host: str) -> bool:
    if host.startswith("["):
        try:
            return ipaddress.IPv6Address(host[1:-1]).is_loopback
        except ValueError:
            raise _wrong(url, "has no IPv6 address between the brackets") from None
    if not host or set(host) - _HOST_NAME:
        raise _wrong(url, "has a host that is no name and no address" if host else "has no host")
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
