// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { Refusal } from "./cache_error.js";
import type { ServiceAddress } from "./service_url.js";

/** The paths of the PEM files by which a client speaks TLS. */
export interface ClientTlsFiles {
  /** Who signs the service's certificate. Default: the authorities that Node trusts. */
  tlsCaFile?: string | undefined;

  /**
   * What is shown to a service that asks for a certificate: one with its chain, its own first, and
   * its key, not encrypted. Both or neither.
   */
  tlsCertFile?: string | undefined;
  tlsKeyFile?: string | undefined;
}

/** What stands in them. */
export interface ClientTls {
  ca: Buffer | null;
  certificate: Buffer | null;
  key: Buffer | null;
}

const CA = "tlsCaFile (APP_CACHE_TLS_CA_FILE)";
const CERTIFICATE = "tlsCertFile (APP_CACHE_TLS_CERT_FILE)";
const KEY = "tlsKeyFile (APP_CACHE_TLS_KEY_FILE)";

const MAX_BYTES = 1024 * 1024;

/**
 * Reads the files, and sees that a client can use them to call `address`. INVALID_ARGUMENT names
 * the setting and says what is wrong.
 */
export function readClientTls(files: ClientTlsFiles, address: ServiceAddress): ClientTls {
  checkGiven(files, address);
  const ca = readPem(CA, files.tlsCaFile, (pem) => {
    // The first certificate stands for all: what is broken further on fails the handshake.
    new X509Certificate(pem);
  });
  const key = readPem(KEY, files.tlsKeyFile, (pem) => {
    createPrivateKey(pem);
  });
  const certificate = readPem(CERTIFICATE, files.tlsCertFile, (pem) => {
    const read = new X509Certificate(pem);
    if (key !== null && !read.checkPrivateKey(createPrivateKey(key))) {
      throw new Error("it is for another key than tlsKeyFile has");
    }
  });
  return { ca, certificate, key };
}

function checkGiven(files: ClientTlsFiles, address: ServiceAddress): void {
  const given = [
    [CA, files.tlsCaFile],
    [CERTIFICATE, files.tlsCertFile],
    [KEY, files.tlsKeyFile],
  ] as const;
  for (const [setting, path] of given) {
    if (path === undefined || address.isTls) continue;
    throw wrong(setting, `is for TLS, and ${address.name} is called without; write grpcs://`);
  }
  if ((files.tlsCertFile === undefined) === (files.tlsKeyFile === undefined)) return;
  throw wrong(
    files.tlsCertFile === undefined ? CERTIFICATE : KEY,
    "is not given; a certificate and its key are given together, or neither",
  );
}

function readPem(
  setting: string,
  path: string | undefined,
  check: (pem: Buffer) => void,
): Buffer | null {
  if (path === undefined) return null;
  try {
    const pem = readFileSync(path);
    if (pem.length > MAX_BYTES) throw new Error("it is larger than 1 MiB");
    check(pem);
    return pem;
  } catch (error) {
    throw wrong(
      setting,
      `${path} is of no use (${(error as Error).message}); takes the path of a PEM file`,
    );
  }
}

function wrong(setting: string, problem: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `${setting}: ${problem}`);
}
