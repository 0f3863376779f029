// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The messages of tests/contract/contract.proto.

export interface Contract {
  title: string;
  settings?: Record<string, string>;
  cases: { name: string; steps: Step[] }[];
}

export interface Step {
  call: string;
  key?: string;
  value?: string;
  ttl_seconds?: number;
  if_absent?: true;
  if_present?: true;
  if_etag?: string;
  keep_ttl?: boolean;
  touch_seconds?: number;
  want_etag?: boolean;
  want_ttl?: boolean;
  delta?: string;
  keys?: string[];
  times?: number;
  entries?: Step[];
  eventually?: boolean;
  expect?: Expectation;
}

export interface Expectation {
  value?: string;
  miss?: boolean;
  stored?: boolean;
  deleted?: boolean;
  exists?: boolean;
  count?: string;
  etag?: string;
  ttl_seconds?: { from: number; to: number };
  error?: string;
  mentions?: string[];
  results?: Expectation[];
}

const CONTRACT = new Set(["title", "settings", "cases"]);
const CASE = new Set(["name", "steps"]);
const STEP = new Set(
  (
    "call key value ttl_seconds if_absent if_present if_etag keep_ttl touch_seconds want_etag " +
    "want_ttl delta keys times entries eventually expect"
  ).split(" "),
);
const EXPECTATION = new Set(
  "value miss stored deleted exists count etag ttl_seconds error mentions results".split(" "),
);

/** All files of cases; throws at a field that this runner does not know. */
export function readContracts(): Contract[] {
  const folder = join(__dirname, "../../../tests/contract/cases");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().map((name) => {
    const contract = JSON.parse(readFileSync(join(folder, name), "utf8")) as Contract;
    checkFields(name, contract, CONTRACT);
    for (const one of contract.cases) {
      checkFields(name, one, CASE);
      for (const step of one.steps) checkStep(name, step);
    }
    return contract;
  });
}

/** The bytes that a text of a case stands for. */
export function bytesOf(text: string): Buffer {
  const form = /^(hex|sha1|repeat:\d+):(.*)$/s.exec(text);
  const [kind, rest] = [form?.[1] ?? "", form?.[2] ?? ""];
  if (kind === "hex") return Buffer.from(rest, "hex");
  if (kind === "sha1") return createHash("sha1").update(rest).digest();
  if (kind !== "") return Buffer.from(rest.repeat(Number(kind.slice("repeat:".length))));
  return Buffer.from(text);
}

function checkStep(file: string, step: Step): void {
  checkFields(file, step, STEP);
  for (const entry of step.entries ?? []) checkFields(file, entry, STEP);
  if (step.expect !== undefined) checkExpectation(file, step.expect);
}

function checkExpectation(file: string, expectation: Expectation): void {
  checkFields(file, expectation, EXPECTATION);
  for (const result of expectation.results ?? []) checkExpectation(file, result);
}

function checkFields(file: string, message: object, known: Set<string>): void {
  const unknown = Object.keys(message).filter((field) => !known.has(field));
  if (unknown.length > 0) throw new Error(`${file}: this runner does not know ${unknown}`);
}
