import type { WorkerName } from '@adit/stratum';

/** Who sent a submission, for the journal and the events. */
export interface Submitter {
  readonly port: string;
  readonly connection: number;
  readonly worker: WorkerName;
}
