// SPDX-License-Identifier: Apache-2.0
import * as spec from "./spec.js";

export interface BreakerOptions {
  /** So many failures, one after the other, open it. Default: 5. */
  failures?: number | undefined;

  /** How long it stays open before one call tries again. Default: 1. */
  openSeconds?: number | undefined;

  /** Milliseconds that never go back, for tests. Default: performance.now(). */
  now?: (() => number) | undefined;
}

/** What a call that may be made holds until it has ended: it is of the time since a closing. */
export interface Admission {
  readonly generation: number;
}

/** What a call tells of the service; unknown if it never came to it, or was given up. */
export type Outcome = "success" | "failure" | "unknown";

/**
 * A circuit breaker (Nygard, Release It!, 2007): after several failures in a row it lets no call
 * through for a while, then one at a time, whose outcome decides. A call that began before it
 * opened tells nothing any more.
 */
export class Breaker {
  private readonly mostFailures: number;
  private readonly openMillis: number;
  private readonly now: () => number;
  private failures = 0;
  private generation = 0;
  private openUntil: number | undefined;
  private trial: Admission | undefined;

  constructor(options: BreakerOptions = {}) {
    this.mostFailures = options.failures ?? spec.BREAKER_FAILURES;
    this.openMillis = (options.openSeconds ?? spec.BREAKER_OPEN_SECONDS) * 1000;
    this.now = options.now ?? (() => performance.now());
  }

  /** Lets a call be made, whose end must be told whatever it is; undefined if none may be. */
  admit(): Admission | undefined {
    const admission = { generation: this.generation };
    if (this.openUntil === undefined) return admission;
    if (this.trial !== undefined || this.now() < this.openUntil) return undefined;
    this.trial = admission;
    return admission;
  }

  ended(admission: Admission, outcome: Outcome): void {
    if (admission === this.trial) this.trialEnded(outcome);
    else if (this.openUntil === undefined && admission.generation === this.generation) {
      if (outcome === "success") this.failures = 0;
      if (outcome === "failure" && ++this.failures >= this.mostFailures) this.open();
    }
  }

  private trialEnded(outcome: Outcome): void {
    this.trial = undefined;
    if (outcome === "failure") this.open();
    if (outcome !== "success") return;
    this.failures = 0;
    this.openUntil = undefined;
    ++this.generation;
  }

  private open(): void {
    this.openUntil = this.now() + this.openMillis;
  }
}
