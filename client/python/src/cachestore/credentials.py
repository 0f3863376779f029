# SPDX-License-Identifier: Apache-2.0
"""What a client shows to a service, and whom it trusts: tokens and certificates, from files."""

from __future__ import annotations

import base64
import os
import re
import ssl
from dataclasses import dataclass
from typing import Optional

from .errors import CacheError, invalid
from .service_url import ServiceAddress

_MAX_TOKEN_FILE_BYTES = 1024
_MAX_PEM_FILE_BYTES = 1 << 20
_TOKEN = re.compile(r"cs_[a-z0-9-]{1,63}_([A-Za-z0-9_-]{43})")

# Where systems have the authorities that they trust; the package of gRPC brings others.
_SYSTEM_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class Tls:
    """PEM texts, of what a client trusts and shows; None where nothing is given."""

    ca_pem: Optional[bytes] = None
    certificate_pem: Optional[bytes] = None
    key_pem: Optional[bytes] = None


def _read(setting: str, path: str, max_bytes: int, form: str) -> bytes:
    try:
        with open(path, "rb") as file:
            text = file.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror
        raise invalid(
            f"{setting}: {path} cannot be read ({reason}); takes the path of {form}"
        ) from None
    if len(text) > max_bytes:
        raise invalid(
            f"{setting}: {path} is larger than {max_bytes} bytes; takes the path of {form}"
        )
    return text


def is_token(text: str) -> bool:
    found = _TOKEN.fullmatch(text)
    if found is None:
        return False
    # Of 32 bytes, the last digit has two bits that are none of theirs.
    secret = base64.urlsafe_b64decode(found.group(1) + "=")
    return base64.urlsafe_b64encode(secret).decode().rstrip("=") == found.group(1)


def read_token(setting: str, path: str) -> str:
    """The token that stands in a file. INVALID_ARGUMENT says why there is none, and repeats nothing
    of the file."""
    text = _read(setting, path, _MAX_TOKEN_FILE_BYTES, "a file with a token")
    token = text.decode("ascii", "replace").strip()
    if not is_token(token):
        raise invalid(
            f"{setting}: {path} holds no token; takes one alone, as the first line of "
            "`cachectl token new` is"
        )
    return token


def check_token(token: str, insecure: bool, address: ServiceAddress) -> None:
    """Refuses a token that would travel in the clear to another machine."""
    if not is_token(token):
        raise invalid("token: is none; give the first line of what `cachectl token new` prints")
    if insecure or address.is_tls or address.is_this_machine:
        return
    raise invalid(
        f"storage_url: would carry the token in the clear to {address.name}; use grpcs://, or set "
        "APP_CACHE_INSECURE_TOKEN=true if something else encrypts"
    )


def read_tls(address: ServiceAddress, ca: str = "", certificate: str = "", key: str = "") -> Tls:
    """Reads the files at these paths ("": not given), and sees that `address` can be called with
    them: INVALID_ARGUMENT names the setting and says what is wrong."""
    files = {"tls_ca_file": ca, "tls_cert_file": certificate, "tls_key_file": key}
    if not address.is_tls:
        for setting, path in files.items():
            if path:
                raise invalid(
                    f"{setting}: is for TLS, and {address.name} is called without; write "
                    "grpcs://HOST:PORT"
                )
        return Tls()
    if bool(certificate) != bool(key):
        missing = "tls_key_file" if certificate else "tls_cert_file"
        raise invalid(
            f"{missing}: is not given; a certificate and its key are given together, or neither"
        )
    texts = {
        setting: _read(setting, path, _MAX_PEM_FILE_BYTES, "a PEM file") if path else None
        for setting, path in files.items()
    }
    # gRPC would say only that there is no channel, and only when the first call is made.
    if ca:
        _check_certificates("tls_ca_file", ca)
    if certificate:
        _check_certificates("tls_cert_file", certificate)
        _check_pair(certificate, key)
    return Tls(
        texts["tls_ca_file"] or _system_authorities(),
        texts["tls_cert_file"],
        texts["tls_key_file"],
    )


def _check_certificates(setting: str, path: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise invalid(
            f"{setting}: {path} holds no PEM certificate, or one that is broken"
        ) from None


def _check_pair(certificate: str, key: str) -> None:
    def no_password() -> str:
        raise ValueError  # Otherwise OpenSSL asks the terminal for it.

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(certificate, key, password=no_password)
    except ssl.SSLError as error:
        raise _wrong_key(certificate, key, error) from None
    except ValueError:
        raise _wrong_key(certificate, key, None) from None


def _wrong_key(certificate: str, key: str, error: Optional[ssl.SSLError]) -> CacheError:
    if error is not None and error.reason == "KEY_VALUES_MISMATCH":
        return invalid(f"tls_key_file: {key} is not the key of the certificate in {certificate}")
    return invalid(f"tls_key_file: {key} holds no PEM key, or one that is encrypted")


def _system_authorities() -> Optional[bytes]:
    usual = ssl.get_default_verify_paths().cafile
    for path in (usual, *_SYSTEM_AUTHORITIES):
        if path and os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    return None
