import type { ZcashJobFields } from '@adit/stratum';

/** A dataset that work may name, with what hashes with it. */
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

/** What there is to solve, made up but well-formed. */
export type Work = ZcashWork | TrueStratumWork;

/** Work as it went out over one connection. */
export interface SentJob {
  readonly id: string;
  readonly work: Work;
  readonly clean: boolean;
  /** In force when the job was sent: its shares are judged by it for ever. */
  readonly target: bigint;
  /** The target is what keeps shares coming at a good vardiff, not one that a check chose. */
  readonly targetByVardiff: boolean;
  readonly nonce1: Uint8Array;
  readonly sentAt: number;
  /** When a clean job, or an end of the session, withdrew it. */
  endedAt?: number;
}

/** What a strict pool says to a submission. */
export type ShareVerdict =
  | { readonly valid: true; readonly job: SentJob; readonly note?: string }
  | {
      readonly valid: false;
      /** Of ZIP 301. */
      readonly code: number;
      /** The rule that is broken, as a clause: `its hash is above the target`. */
      readonly fault: string;
      readonly job?: SentJob;
      /** Refused, but nothing that a miner could have known: it was under way. */
      readonly excused?: true;
    };

/** A submission of the miner, judged. */
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
