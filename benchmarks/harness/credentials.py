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
    auth_file: Path

    @staticmethod
    def create(folder: Path) -> Token:
        secret, salt = secrets.token_bytes(32), secrets.token_bytes(16)
        text = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
        digest = hashlib.sha256(salt + secret).hexdigest()
        auth_file = folder / "auth"
        auth_file.write_text(f"bench write bench token:sha256:{salt.hex()}:{digest}\n")
        return Token(f"authorization: Bearer cs_bench_{text}", auth_file)

    @property
    def flag(self) -> str:
        return f"--auth_file={self.auth_file}"


def certificate_flags(folder: Path) -> list[str]:
    """Those of a server with a certificate that nobody has signed but itself."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command += f" -subj /CN=localhost -keyout {key} -out {certificate}"
    run_program(command.split())
    return [f"--tls_cert={certificate}", f"--tls_key={key}"]
