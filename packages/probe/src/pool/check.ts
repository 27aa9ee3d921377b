import type { Judgement } from '../report/finding.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { PoolProbe } from './pool-probe.ts';

/** One question to a pool. What is generic here is said once, in the words of the report. */
export interface PoolCheck {
  /** Kebab-case, unique, stable: scripts name it with `--only`. */
  readonly id: string;
  /** A sentence that is true of a pool that passes. */
  readonly title: string;
  readonly group: 'conformance' | 'attack';
  readonly dialects: readonly Dialect[];
  /** Floods or is slow on purpose: only with `--aggressive`. */
  readonly aggressive?: true;
  /** Is about jobs that come and go: elsewhere a block in between is a reason to ask again. */
  readonly awaitsJobs?: true;
  readonly rules: readonly string[];
  readonly sent: string;
  readonly expected: string;
  /** May throw `Judged`; whatever else it throws is a fault of the probe, and reported as such. */
  readonly run: (probe: PoolProbe) => Promise<Judgement>;
}
