// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority of the test's own, and what it signs; in a folder that remove() takes away. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), "cachestore-"));
  readonly ca = join(this.folder, "ca.pem");

  constructor() {
    const self = ["-x509", "-subj", "/CN=Test authority", "-days", "2"];
    this.openssl("req", ...self, ...NEW_KEY, "-keyout", this.path("ca.key"), "-out", this.ca);
  }

  /** A certificate and its key. `names` as in subjectAltName: IP:127.0.0.1. */
  sign(name: string, names?: string): { certificate: string; key: string } {
    const [key, request, certificate] = ["key", "csr", "pem"].map((end) =>
      this.path(`${name}.${end}`),
    ) as [string, string, string];
    const extension = names === undefined ? [] : ["-addext", `subjectAltName=${names}`];
    const subject = ["-subj", `/CN=${name}`, ...extension];
    this.openssl("req", ...subject, ...NEW_KEY, "-keyout", key, "-out", request);
    const authority = ["-CA", this.ca, "-CAkey", this.path("ca.key"), "-CAcreateserial"];
    const made = ["-days", "2", "-copy_extensions", "copy", "-out", certificate];
    this.openssl("x509", "-req", "-in", request, ...authority, ...made);
    return { certificate, key };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private openssl(...given: string[]): void {
    const made = spawnSync("openssl", given, { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`openssl ${given[0]} fails: ${made.stderr}`);
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
