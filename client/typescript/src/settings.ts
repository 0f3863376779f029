// SPDX-License-Identifier: Apache-2.0
import { ofSettings, Refusal } from "./cache_error.js";
import {
  isBytes,
  isSeconds,
  isWholeNumber,
  toBytesNumber,
  toSecondsNumber,
} from "./setting_text.js";
import type { SETTINGS } from "./spec.js";

/** What stands behind a cache: nothing, this process, or the service at the storage URL. */
export type Backend = "none" | "memory" | "remote";

/** All that decides which cache an application gets. Each may come from the environment. */
export interface CacheSettings {
  /** APP_CACHE_BACKEND. Default: none. */
  backend?: Backend | undefined;

  /** APP_CACHE_STORAGE_URL: see RemoteOptions.url. */
  storageUrl?: string | undefined;

  /** APP_CACHE_AUTH_TOKEN_FILE: a file with the token that shows the service who calls. */
  authTokenFile?: string | undefined;

  /** APP_CACHE_INSECURE_TOKEN: whether it may go to another machine without TLS. */
  insecureToken?: boolean | undefined;

  /** APP_CACHE_TLS_CA_FILE, _CERT_FILE, _KEY_FILE: PEM files, for grpcs://. */
  tlsCaFile?: string | undefined;
  tlsCertFile?: string | undefined;
  tlsKeyFile?: string | undefined;

  /** APP_CACHE_DEFAULT_TTL_SECONDS and so on: of a cache in memory; the service has its own. */
  defaultTtlSeconds?: number | undefined;
  maxTtlSeconds?: number | undefined;
  maxEntries?: number | undefined;
  maxBytes?: number | undefined;
  maxKeyBytes?: number | undefined;
  maxValueBytes?: number | undefined;
  maxBatchKeys?: number | undefined;
}

/** One setting: its name in the environment, what it takes, and how its text becomes a value. */
interface Setting {
  environment: keyof typeof SETTINGS;
  takes: string;
  accepts: (text: string) => boolean;
  valueOf: (text: string) => string | number | boolean;
}

const MAX_ENTRIES = 2 ** 31 - 1;
const MAX_BATCH_KEYS = 100_000;
const MAX_BYTES = 2 ** 50;
const MAX_KEY_BYTES = 64 * 1024;
const MAX_VALUE_BYTES = 512 * 1024 * 1024;
const MAX_TTL_SECONDS = 100 * 365 * 24 * 3600;

const ALL: Record<keyof CacheSettings, Setting> = {
  backend: {
    ...text("APP_CACHE_BACKEND", "one of none, memory, remote"),
    accepts: (given) => ["none", "memory", "remote"].includes(given),
  },
  storageUrl: text("APP_CACHE_STORAGE_URL", "a URL such as grpc://127.0.0.1:50051"),
  authTokenFile: path("APP_CACHE_AUTH_TOKEN_FILE", "the path of a file with a token"),
  insecureToken: {
    ...text("APP_CACHE_INSECURE_TOKEN", "true or false"),
    accepts: (given) => given === "true" || given === "false",
    valueOf: (given) => given === "true",
  },
  tlsCaFile: path("APP_CACHE_TLS_CA_FILE", "the path of a PEM file, with a URL of grpcs://"),
  tlsCertFile: path("APP_CACHE_TLS_CERT_FILE", "the path of a PEM file, with a URL of grpcs://"),
  tlsKeyFile: path("APP_CACHE_TLS_KEY_FILE", "the path of a PEM file, with a URL of grpcs://"),
  defaultTtlSeconds: seconds("APP_CACHE_DEFAULT_TTL_SECONDS"),
  maxTtlSeconds: seconds("APP_CACHE_MAX_TTL_SECONDS"),
  maxEntries: count("APP_CACHE_MAX_ENTRIES", MAX_ENTRIES),
  maxBytes: bytes("APP_CACHE_MAX_BYTES", MAX_BYTES),
  maxKeyBytes: bytes("APP_CACHE_MAX_KEY_BYTES", MAX_KEY_BYTES),
  maxValueBytes: bytes("APP_CACHE_MAX_VALUE_BYTES", MAX_VALUE_BYTES),
  maxBatchKeys: count("APP_CACHE_MAX_BATCH_KEYS", MAX_BATCH_KEYS),
};

/**
 * The settings that stand in an environment; an empty one is as good as none. Throws a CacheError,
 * INVALID_ARGUMENT, of one line with the setting's name, what it got and what it takes.
 */
export function settingsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): CacheSettings {
  const settings: Record<string, unknown> = {};
  for (const [property, setting] of Object.entries(ALL)) {
    const given = environment[setting.environment] ?? "";
    if (given === "") continue;
    settings[property] = ofSettings(() => read(setting.environment, setting, given));
  }
  return settings as CacheSettings;
}

/** Refuses what a program gives as one of the settings and is none. */
export function checkSettings(given: CacheSettings): void {
  for (const [property, setting] of Object.entries(ALL)) {
    const value = given[property as keyof CacheSettings];
    if (value !== undefined) read(property, setting, String(value));
  }
}

function read(name: string, setting: Setting, given: string): string | number | boolean {
  if (setting.accepts(given)) return setting.valueOf(given);
  if (setting.environment === "APP_CACHE_BACKEND" && given === "redis") {
    throw new Refusal(
      "INVALID_ARGUMENT",
      `${name}: got "redis"; a Redis is reached through the service: run cache_server ` +
        "--backend=redis, and give remote here, with the URL of that service",
    );
  }
  throw new Refusal(
    "INVALID_ARGUMENT",
    `${name}: got ${JSON.stringify(given)}; takes ${setting.takes}`,
  );
}

function text(environment: Setting["environment"], takes: string): Setting {
  return { environment, takes, accepts: () => true, valueOf: (given) => given };
}

// Not an empty one: that would be none by a slip.
function path(environment: Setting["environment"], takes: string): Setting {
  return { ...text(environment, takes), accepts: (given) => given !== "" };
}

function count(environment: Setting["environment"], most: number): Setting {
  return {
    environment,
    takes: `a number from 1 to ${most}`,
    accepts: (given) => isWholeNumber(given, 1, most),
    valueOf: Number,
  };
}

function bytes(environment: Setting["environment"], most: number): Setting {
  return {
    environment,
    takes: `a number of bytes, or one with KiB, MiB or GiB, up to ${most}`,
    accepts: (given) => isBytes(given, 1, most),
    valueOf: toBytesNumber,
  };
}

function seconds(environment: Setting["environment"]): Setting {
  return {
    environment,
    takes: "seconds, or a duration such as 500ms, 90s or 24h, of at least 1ms",
    accepts: (given) => isSeconds(given, 0.001, MAX_TTL_SECONDS),
    valueOf: toSecondsNumber,
  };
}
