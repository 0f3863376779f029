# SPDX-License-Identifier: Apache-2.0
"""An authority of a test's own, and what it signs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


@dataclass(frozen=True)
class Pair:
    certificate: str
    key: str


class Authority:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ca = str(folder / "ca.pem")
        self._key = str(folder / "ca.key")
        subject = ["-subj", "/CN=Test authority", "-days", "2"]
        _openssl("req", "-x509", *_NEW_KEY, *subject, "-keyout", self._key, "-out", self.ca)

    def sign(self, name: str, names: str) -> Pair:
        """`names` are those the certificate is for, as DNS:localhost."""
        pair = Pair(str(self._folder / f"{name}.pem"), str(self._folder / f"{name}.key"))
        request = str(self._folder / f"{name}.csr")
        subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={names}"]
        _openssl("req", *_NEW_KEY, *subject, "-keyout", pair.key, "-out", request)
        signed_by = ["-CA", self.ca, "-CAkey", self._key, "-days", "2"]
        extensions = ["-copy_extensions", "copy", "-out", pair.certificate]
        _openssl("x509", "-req", "-in", request, *signed_by, *extensions)
        return pair


def _openssl(*arguments: str) -> None:
    finished = subprocess.run(["openssl", *arguments], text=True, capture_output=True)
    assert finished.returncode == 0, finished.stderr
