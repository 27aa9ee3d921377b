import type { ZcashJobFields } from '@adit/stratum';

/** A dataset that work may name, and its hash function. */
export interface Dataset {
  /** 64 lower-case digits. */
  readonly hash: string;
  /** The digest of a nonce, 32 bytes. */
  digest(headerHash: Uint8Array, nonce: bigint): Uint8Array;
}

export type ZcashWork = { readonly kind: 'zcash' } & ZcashJobFields;

export interface TrueStratumWork {
  readonly kind: 'truestratum';
  readonly headerHash: Uint8Array;
  readonly dataset: Dataset;
}

/** Work of the probe: made up, but well-formed. */
export type Work = ZcashWork | TrueStratumWork;

/** The work of a job, in the dialect that made it. @throws Error where another one did: that is a fault of the probe */
export function workIn<K extends Work['kind']>(job: SentJob, kind: K): Extract<Work, { kind: K }> {
  const { work } = job;
  if (work.kind !== kind) throw new Error(`this is work of ${work.kind}, not of ${kind}`);
  return work as Extract<Work, { kind: K }>;
}

/** Work as the probe sent it over one connection. */
export interface SentJob {
  readonly id: string;
  readonly work: Work;
  readonly clean: boolean;
  /** The target in force when the job was sent. The job's shares are always judged by it. */
  readonly target: bigint;
  /** Whether vardiff chose the target; false where a check chose it. */
  readonly targetByVardiff: boolean;
  readonly nonce1: Uint8Array;
  readonly sentAt: number;
  /** When a clean job, or the end of the session, withdrew the job; in milliseconds of `performance.now()`. */
  endedAt?: number;
}

/** How a strict pool judges a submission. */
export type ShareVerdict =
  | { readonly valid: true; readonly job: SentJob; readonly note?: string }
  | {
      readonly valid: false;
      /** A code of ZIP 301. */
      readonly code: number;
      /** The rule that the submission breaks, as a clause: `its hash is above the target`. */
      readonly fault: string;
      readonly job?: SentJob;
      /**
       * The share is refused, but is no fault: it was under way when its job ended, or it is a habit of real miners that
       * has a check of its own.
       */
      readonly excused?: true;
    };

/** A submission of the miner, with its verdict. */
export interface Submission {
  /** JSON text of the request's id; undefined where it has none. */
  readonly id: string | undefined;
  readonly params: readonly unknown[];
  readonly at: number;
  readonly verdict: ShareVerdict;
}

export function invalid(code: number, fault: string, job?: SentJob): ShareVerdict {
  return { valid: false, code, fault, ...(job === undefined ? {} : { job }) };
}

/** What is wrong with a submission, as a sentence. */
export function faultOf({ verdict }: Submission): string {
  if (verdict.valid) return 'a valid share';
  const of = verdict.job === undefined ? '' : ` of job ${verdict.job.id.slice(0, 40)}`;
  return `a share${of} is wrong: ${verdict.fault}`;
}
