// SPDX-License-Identifier: Apache-2.0

// How the texts of settings become numbers, as the service reads them. Each to... gives NaN for a
// text that is none.

const BYTE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const SECOND_UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

export function isWholeNumber(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && isWithin(Number(text), least, most);
}

/** 1000, 64KiB, 1GiB. */
export function toBytesNumber(text: string): number {
  const [, number, unit] = /^(\d+)(KiB|MiB|GiB|TiB|)$/.exec(text) ?? [];
  return Number(number) * (BYTE_UNITS[unit ?? ""] ?? NaN);
}

export function isBytes(text: string, least: number, most: number): boolean {
  return isWithin(toBytesNumber(text), least, most);
}

/** 90, 1.5, 500ms, 1h30m. */
export function toSecondsNumber(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text)) return NaN;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([a-z]+)/g)) {
    seconds += Number(number) * (SECOND_UNITS[unit ?? ""] ?? NaN);
  }
  return seconds;
}

export function isSeconds(text: string, least: number, most: number): boolean {
  return isWithin(toSecondsNumber(text), least, most);
}

function isWithin(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}
