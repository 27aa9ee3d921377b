import { CODE } from '../../catalogue/codes.ts';
import type { MinerDialect } from '../dialect.ts';
import type { MinerProbeLimits } from '../run/options.ts';
import { invalid, type ShareVerdict } from './job.ts';
import type { SentJobs } from './sent-jobs.ts';

export interface SubmissionJudgeModules {
  readonly dialect: MinerDialect;
  readonly limits: Pick<MinerProbeLimits, 'graceMs'>;
  readonly jobs: SentJobs;
}

/** A submission as it came, and how far the miner had logged in by then. */
export interface Submitted {
  /** JSON text of the request's id; undefined where it has none. */
  readonly id: string | undefined;
  readonly params: readonly unknown[];
  readonly at: number;
  readonly subscribed: boolean;
  /** The workers that the pool has let in. */
  readonly workers: ReadonlySet<string>;
}

/** Judges the submissions of one connection as a strict pool does. */
export class SubmissionJudge {
  readonly #modules: SubmissionJudgeModules;
  readonly #seen = new Set<string>();

  constructor(modules: SubmissionJudgeModules) {
    this.#modules = modules;
  }

  judge({ id, params, at, subscribed, workers }: Submitted): ShareVerdict {
    const [worker, jobId] = params;
    const { dialect, limits, jobs } = this.#modules;
    if (id === undefined || id === 'null') return invalid(CODE.other, 'it has no id');
    if (!subscribed) return invalid(CODE.unsubscribed, 'it came before the answer to mining.subscribe');
    if (typeof worker !== 'string' || typeof jobId !== 'string')
      return invalid(CODE.other, 'it does not begin with a worker and a job id');
    if (!workers.has(worker))
      return invalid(
        CODE.unauthorized,
        `the worker ${JSON.stringify(worker.slice(0, 80))} is not authorised`,
      );
    const job = jobs.byId.get(jobId);
    if (job === undefined)
      return invalid(CODE.job, `the job ${JSON.stringify(jobId.slice(0, 80))} is none of this connection`);
    const { key, verdict } = dialect.judge(params, job);
    if (!verdict.valid) return verdict;
    if (this.#seen.has(key)) return invalid(CODE.duplicate, 'it has been sent before', job);
    this.#seen.add(key);
    if (job.endedAt === undefined) return verdict;
    const late = at - job.endedAt;
    const stale = invalid(CODE.job, `its job was withdrawn ${Math.round(late)} ms before`, job);
    return late <= limits.graceMs && !stale.valid ? { ...stale, excused: true } : stale;
  }
}
