# SPDX-License-Identifier: Apache-2.0
"""How a client's channels are set up, and what their errors mean: the same with asyncio and
without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import grpc

from . import _spec
from .codec import code_of
from .credentials import Tls
from .errors import Code
from .service_url import ServiceAddress


@dataclass(frozen=True)
class Target:
    """Whom a channel calls, and what it shows."""

    address: ServiceAddress
    tls: Tls
    token: str = ""

    def metadata(self) -> Optional[tuple[tuple[str, str], ...]]:
        return (("authorization", f"Bearer {self.token}"),) if self.token else None

    def credentials(self) -> Any:
        """None for a channel in the clear."""
        if not self.address.is_tls:
            return None
        return grpc.ssl_channel_credentials(
            self.tls.ca_pem, self.tls.key_pem, self.tls.certificate_pem
        )


def arguments(repeats: bool) -> list[tuple[str, Any]]:
    """The arguments of a channel that repeats what may be repeated, or of one that repeats nothing
    (https://grpc.github.io/grpc/core/group__grpc__arg__keys.html)."""
    unlimited = -1
    most = 2**31 - 1
    options: list[tuple[str, Any]] = [
        ("grpc.service_config_disable_resolution", 1),
        # With the default of 256 KiB, larger messages are silently not repeated.
        ("grpc.per_rpc_retry_buffer_size", most),
        ("grpc.max_receive_message_length", unlimited),
        ("grpc.max_send_message_length", unlimited),
        ("grpc.keepalive_time_ms", _millis(_spec.KEEPALIVE_SECONDS)),
        ("grpc.keepalive_timeout_ms", _millis(_spec.KEEPALIVE_TIMEOUT_SECONDS)),
        ("grpc.keepalive_permit_without_calls", 1),
        # Otherwise it stops after two pings without data between them.
        ("grpc.http2.max_pings_without_data", 0),
        (
            "grpc.initial_reconnect_backoff_ms",
            _millis(_spec.RECONNECT_INITIAL_BACKOFF_SECONDS),
        ),
        (
            "grpc.min_reconnect_backoff_ms",
            _millis(_spec.RECONNECT_INITIAL_BACKOFF_SECONDS),
        ),
        ("grpc.max_reconnect_backoff_ms", _millis(_spec.RECONNECT_MAX_BACKOFF_SECONDS)),
        # Otherwise equal channels share a connection, and closing one closes nothing.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_http_proxy", 0),
    ]
    if repeats:
        options.append(("grpc.service_config", _spec.SERVICE_CONFIG))
    return options


def _millis(seconds: float) -> int:
    return round(seconds * 1000)


def code_and_message(error: Any, address: ServiceAddress) -> tuple[Code, str, str]:
    """What a grpc.RpcError says: its code, its message, and the advice that goes with it."""
    code = code_of(error.code().value[0])
    message = error.details() or ""
    if code is Code.CANCELLED:
        # Nobody here did: a service that drains ends calls so.
        return Code.UNAVAILABLE, f"the service ended the call: {message}", "try again"
    return code, message, _advice(code, message, address)


# What is wrong with the arguments says the service's own message.
_SPEAK_FOR_THEMSELVES = (
    Code.INVALID_ARGUMENT,
    Code.FAILED_PRECONDITION,
    Code.OUT_OF_RANGE,
)


def _advice(code: Code, message: str, address: ServiceAddress) -> str:
    if code in _SPEAK_FOR_THEMSELVES:
        return ""
    general = _spec.ERRORS.get(int(code), ("", ""))[1]
    if code is not Code.UNAVAILABLE or not message.startswith("failed to connect"):
        return general
    # gRPC's words are no contract: others than those of 1.51 and 1.80 get the general advice. Its
    # TLS writes CERTIFICATE_VERIFY_FAILED, or as OpenSSL does with spaces.
    words = message.lower().replace("_", " ")
    if "connection refused" in words or "no such file" in words:
        return f"connection refused at {address.name}: {general}"
    if "certificate verify failed" in words:
        return (
            "its certificate has expired, or nobody who is trusted has signed it; give the file of "
            "its authority as tls_ca_file"
        )
    if "is not in peer certificate" in words:
        return "its certificate is for other names; put one of them in the URL"
    if "wrong version number" in words:
        return "it does not speak TLS; write grpc://, or start it with tls_cert and tls_key"
    if not any(word in words for word in ("closed", "reset", "endpoint read failed")):
        return general
    if address.is_tls:
        return "if it asks for a certificate, give one that it trusts (tls_cert_file)"
    return "if it serves over TLS, write grpcs://"
