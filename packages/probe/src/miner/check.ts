import type { Judgement } from '../report/finding.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { MinerProbe } from './miner-probe.ts';

/** One question to a miner. What is generic here is said once, in the words of the report. */
export interface MinerCheck {
  /** Kebab-case, unique, stable: scripts name it with `--only`. */
  readonly id: string;
  /** A sentence that is true of a miner that passes. */
  readonly title: string;
  readonly group: 'conformance' | 'attack';
  readonly dialects: readonly Dialect[];
  readonly rules: readonly string[];
  readonly sent: string;
  readonly expected: string;
  /** After so long it is given up as `cannot_tell`; the usual time where left out. */
  readonly seconds?: number;
  /** May throw `Judged`; whatever else it throws is a fault of the probe, and reported as such. */
  readonly run: (probe: MinerProbe) => Promise<Judgement>;
}

/** Several waits for a miner that comes back and mines at a few solutions a second. */
export const CHECK_SECONDS = 300;
