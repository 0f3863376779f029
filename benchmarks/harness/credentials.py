# SPDX-License-Identifier: Apache-2.0
"""What a server of ours needs to encrypt and to know its callers, made for one run."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.processes import run_program


@dataclass(frozen=True)
class Token:
    """A caller's token, and the auth file that names it."""

    header: str
    file: Path  # With the token alone.
    auth_file: Path

    @staticmethod
    def create(folder: Path) -> Token:
        secret, salt = secrets.token_bytes(32), secrets.token_bytes(16)
        text = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
        token = f"cs_bench_{text}"
        file = folder / "token"
        file.write_text(token)
        digest = hashlib.sha256(salt + secret).hexdigest()
        auth_file = folder / "auth"
        auth_file.write_text(f"bench write bench token:sha256:{salt.hex()}:{digest}\n")
        return Token(f"authorization: Bearer {token}", file, auth_file)

    @property
    def flag(self) -> str:
        return f"--auth_file={self.auth_file}"


@dataclass(frozen=True)
class Certificate:
    """One that nobody has signed but itself."""

    certificate: Path
    key: Path

    @staticmethod
    def create(folder: Path, name: str) -> Certificate:
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        command += f" -subj /CN={name} -keyout {key} -out {certificate}"
        run_program(command.split())
        return Certificate(certificate, key)


def certificate_flags(folder: Path) -> list[str]:
    """Those of a server with a certificate."""
    own = Certificate.create(folder, "localhost")
    return [f"--tls_cert={own.certificate}", f"--tls_key={own.key}"]


def identity_flags(folder: Path, client: Certificate, name: str) -> list[str]:
    """Those of a server that knows a caller by this certificate, which has this name."""
    auth_file = folder / "auth_by_certificate"
    auth_file.write_text(f"bench write bench cert:{name}\n")
    return [f"--tls_client_ca={client.certificate}", f"--auth_file={auth_file}"]
