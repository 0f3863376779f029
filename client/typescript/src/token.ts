// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";

import { Refusal } from "./cache_error.js";
import type { ServiceAddress } from "./service_url.js";

// As `cachectl token new` makes them: who calls, and 32 random bytes in base64 for URLs.
const TOKEN = /^cs_[a-z0-9-]+_[A-Za-z0-9_-]{43}$/;

/**
 * The token that stands in a file, and nothing else but white space around it. INVALID_ARGUMENT
 * says why there is none, and repeats nothing of the file.
 */
export function readTokenFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Refusal(
      "INVALID_ARGUMENT",
      `${path} cannot be read (${why}); takes the path of a file with a token`,
    );
  }
  if (!TOKEN.test(text)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      `${path} holds no token; takes one alone, as the first line of \`cachectl token new\` is`,
    );
  }
  return text;
}

/** Refuses a token that is none, or that would travel to another machine in the clear. */
export function checkToken(token: string, address: ServiceAddress, allowInsecure: boolean): void {
  if (!TOKEN.test(token)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      "token: is none; give the first line of what `cachectl token new` prints",
    );
  }
  if (address.isTls || address.isThisMachine || allowInsecure) return;
  throw new Refusal(
    "INVALID_ARGUMENT",
    `url: would carry the token in the clear to ${address.name}; use grpcs://, or set ` +
      "APP_CACHE_INSECURE_TOKEN=true (insecureToken) if something else encrypts",
  );
}
