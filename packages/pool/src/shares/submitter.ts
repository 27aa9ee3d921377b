import type { WorkerName } from '@adit/stratum';

/** Who sent a submission. */
export interface Submitter {
  readonly port: string;
  readonly connection: number;
  readonly worker: WorkerName;
  /** Whose share of the verifier it uses: see `Lane`. */
  readonly address: string;
  /** Shares of the former tip count for so long after it has been replaced. */
  readonly graceMs: number;
}
