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

/**
 * A circuit breaker (Nygard, Release It!, 2007): after several failures in a row it lets no call through
 * for a while, then one, whose outcome decides.
 */
export class Breaker {
  private readonly mostFailures: number;
  private readonly openMillis: number;
  private readonly now: () => number;
  private failures = 0;
  private openUntil = -Infinity;

  constructor(options: BreakerOptions = {}) {
    this.mostFailures = options.failures ?? spec.BREAKER_FAILURES;
    this.openMillis = (options.openSeconds ?? spec.BREAKER_OPEN_SECONDS) * 1000;
    this.now = options.now ?? (() => performance.now());
  }

  /** Whether a call may be made. The caller says what became of it. */
  admits(): boolean {
    if (this.failures < this.mostFailures) return true;
    if (this.now() < this.openUntil) return false;
    // The others wait for the one that tries, as long again: it may never be heard of.
    this.openUntil = this.now() + this.openMillis;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    if (++this.failures >= this.mostFailures) this.openUntil = this.now() + this.openMillis;
  }
}
