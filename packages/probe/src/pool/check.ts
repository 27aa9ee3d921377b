import type { Judgement } from '../report/finding.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { PoolProbe } from './pool-probe.ts';

/** One question to a pool, in the words of the report. */
export interface PoolCheck {
  /** A unique name in kebab-case. It never changes, because scripts name it with `--only`. */
  readonly id: string;
  /** A sentence that is true of a pool that passes. */
  readonly title: string;
  readonly group: 'conformance' | 'attack';
  readonly dialects: readonly Dialect[];
  /** Set where the check floods the pool, or is slow on purpose. It is then only asked with `--aggressive`. */
  readonly aggressive?: true;
  /** Set where the check waits for new jobs. Other checks are asked again where a block came in between. */
  readonly awaitsJobs?: true;
  readonly rules: readonly string[];
  readonly sent: string;
  readonly expected: string;
  /** May throw `Judged`. Any other error is a fault of the probe, and the report says so. */
  readonly run: (probe: PoolProbe) => Promise<Judgement>;
}
