import type { ClientCause } from '@adit/net';
import type { BrokenCause } from '@adit/stratum';

/** Why the miner itself leaves a pool. */
export type MinerCause =
  /** Lines came, but not one job. */
  | 'no_job'
  /** The pool refuses a worker that it has accepted before. */
  | 'worker_refused'
  /** Shares were sent, and none is answered. */
  | 'no_answers'
  /** The pool asks to connect again. */
  | 'asked'
  /** The seeds of a dataset were asked for, and do not come. */
  | 'no_seeds'
  /** The seeds do not rebuild the dataset of the job. */
  | 'wrong_seeds'
  /** The dataset could not be rebuilt. */
  | 'no_dataset';

/** Why a miner has no connection to its pool. The list is closed. */
export type LostCause = ClientCause | BrokenCause | MinerCause;
