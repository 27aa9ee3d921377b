import { CONNECTION_LIMITS, type ConnectionLimits } from '@adit/net';
import { MESSAGE_LIMITS, type MessageLimits } from '@adit/stratum';

/** What the outside may do to the pool. All of it can be changed while the pool runs. */
export interface PoolLimits {
  readonly connections: ConnectionLimits;
  readonly messages: MessageLimits;
  /** PROXY header and TLS handshake, together. */
  readonly helloMs: number;
  /** From the connection to `mining.subscribe`. */
  readonly subscribeMs: number;
  /** From the connection to the first worker that is let in. */
  readonly authorizeMs: number;
  /** From the connection to the first share that is accepted. */
  readonly firstShareMs: number;
  /** Without any line. */
  readonly idleMs: number;
  /** From the first byte of a line to its end. */
  readonly partialLineMs: number;
  readonly lineBytes: number;
  /** What may wait for a miner to read it. */
  readonly outputBytes: number;
  /** How long a session may be resumed, and how many wait for it on a port. */
  readonly resumeMs: number;
  readonly resumable: number;
  /** Miners are kept so long while no node gives work; then they should go to another pool. */
  readonly outageMs: number;
}

export const POOL_LIMITS: PoolLimits = {
  connections: CONNECTION_LIMITS,
  messages: MESSAGE_LIMITS,
  // A handshake is two round trips; the slowest mobile link does that in three seconds.
  helloMs: 10_000,
  // Miners subscribe in their first packet. A port scan, or a balancer's health check, says nothing.
  subscribeMs: 20_000,
  // Whoever has no worker by then holds a place, and a nonce1, for nothing.
  authorizeMs: 60_000,
  // The target eases down within minutes: who has found nothing after an hour does not mine.
  firstShareMs: 3_600_000,
  // Hard shares may be minutes apart, and a miner says nothing else.
  idleMs: 3_600_000,
  partialLineMs: 15_000,
  // A 200,9 submission is 2.9 KB; longer solutions do not exist on the chains that are served.
  lineBytes: 16 * 1024,
  // Larger than the seedhash line (370 KB) with room for a second one and the jobs behind it.
  outputBytes: 1024 * 1024,
  // A router restarts in two minutes; a nonce1 is held meanwhile.
  resumeMs: 300_000,
  resumable: 20_000,
  // Miners wait for a pool for some minutes, and their backup pool pays them meanwhile.
  outageMs: 1_800_000,
};
