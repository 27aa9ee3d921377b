import type { Question } from '../checks/question.ts';
import type { Judgement } from '../report/finding.ts';
import type { PoolProbe } from './probe/pool-probe.ts';

/** One question to a pool, in the words of the report. */
export interface PoolCheck extends Question {
  /** Set where the check floods the pool, or is slow on purpose. It is then only asked with `--aggressive`. */
  readonly aggressive?: true;
  /** Set where the check waits for new jobs. Other checks are asked again where a block came in between. */
  readonly awaitsJobs?: true;
  /** Set where the check asks whether the pool lets the worker in: it is asked where the pool does not, too. */
  readonly asksLogin?: true;
  /** May throw `Judged`. Any other error is a fault of the probe, and the report says so. */
  readonly run: (probe: PoolProbe) => Promise<Judgement>;
}
