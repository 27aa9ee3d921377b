import type { WorkerName } from '@adit/stratum';

/** The worker that sent a submission, and its connection. */
export interface Submitter {
  readonly port: string;
  readonly connection: number;
  readonly worker: WorkerName;
  /** Addresses take turns in the verifier: see `Lane`. */
  readonly address: string;
  /** `fairGroupOf` the address, where the caller has it at hand. */
  readonly group?: string;
  /** How long shares of the former tip count after a new tip, in milliseconds. */
  readonly graceMs: number;
}
