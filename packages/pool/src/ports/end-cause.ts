import type { Ending, NetCause } from '@adit/net';
import type { CloseCause } from '@adit/stratum';

/** The causes for which the pool itself ends a connection. */
export type PoolCause =
  | 'no_subscribe'
  | 'no_login'
  | 'no_share'
  | 'conduct'
  | 'banned'
  /** Its nonce1 belongs to another process. */
  | 'nonce1_lost'
  /**
   * Another process has the port, and the miner does not go there by itself: it was asked and stayed, or it cannot be
   * asked, because it has not subscribed.
   */
  | 'handed_over'
  /** No node has given work for too long. */
  | 'no_work';

/** Why a connection of the pool ends: all causes of `@adit/net` and `@adit/stratum`, and the pool's own. */
export type EndCause = NetCause | CloseCause | PoolCause;

/** Why a connection of the pool ends, with a sentence for people. */
export type PoolEnding = Ending<EndCause>;

/** The label of each cause in metrics. A cause without a label does not compile. */
export const END_LABELS = {
  left: 'left',
  error: 'error',
  idle: 'idle',
  no_subscribe: 'no_subscribe',
  no_login: 'no_login',
  no_share: 'no_share',
  partial_line: 'partial_line',
  long_line: 'long_line',
  not_reading: 'not_reading',
  unanswered: 'unanswered',
  refused: 'refused',
  conduct: 'conduct',
  banned: 'banned',
  replaced: 'replaced',
  nonce1_lost: 'moved',
  handed_over: 'moved',
  no_work: 'no_work',
  stopped: 'stopped',
  fault: 'fault',
} as const satisfies Record<EndCause, string>;
