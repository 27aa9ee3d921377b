import { CONNECTION_LIMITS, type ConnectionLimits } from '@adit/net';
import { MESSAGE_LIMITS, type MessageLimits } from '@adit/stratum';

/** Limits for miners and other peers. All of them can change while the pool runs. */
export interface PoolLimits {
  readonly connections: ConnectionLimits;
  readonly messages: MessageLimits;
  /** Longest time for the PROXY header and the TLS handshake together. */
  readonly helloMs: number;
  /** Longest time from the connection to `mining.subscribe`. */
  readonly subscribeMs: number;
  /** Longest time from the connection to the first authorised worker. */
  readonly authorizeMs: number;
  /** Longest time from the connection to the first accepted share. */
  readonly firstShareMs: number;
  /** Longest time without a line. */
  readonly idleMs: number;
  /** Longest time from the first byte of a line to its end. */
  readonly partialLineMs: number;
  readonly lineBytes: number;
  /** Most bytes that may wait for a miner to read them. */
  readonly outputBytes: number;
  /** How long a session may be resumed, and how many such sessions a port keeps. */
  readonly resumeMs: number;
  readonly resumable: number;
  /** How long the pool keeps miners while no node gives work. Then they should go to another pool. */
  readonly outageMs: number;
}

/** The limits of a pool that sets none. */
export const POOL_LIMITS: PoolLimits = {
  connections: CONNECTION_LIMITS,
  messages: MESSAGE_LIMITS,
  // A handshake is two round trips; the slowest mobile link does that in three seconds.
  helloMs: 10_000,
  // Miners subscribe in their first packet. A port scan, or a balancer's health check, says nothing.
  subscribeMs: 20_000,
  // A connection without a worker uses up a place and a nonce1 for nothing.
  authorizeMs: 60_000,
  // The target becomes easier within minutes: a miner without a share after an hour does not mine.
  firstShareMs: 3_600_000,
  // Hard shares may be minutes apart, and a miner sends nothing else.
  idleMs: 3_600_000,
  partialLineMs: 15_000,
  // A 200,9 submission is 2.9 KB; longer solutions do not exist on the chains that are served.
  lineBytes: 16 * 1024,
  // Larger than the seedhash line (370 KB) with room for a second one and the jobs behind it.
  outputBytes: 1024 * 1024,
  // A router restarts in two minutes. Each kept session holds a nonce1.
  resumeMs: 300_000,
  resumable: 20_000,
  // Miners wait some minutes for a pool. After that they work for their backup pool, which pays them.
  outageMs: 1_800_000,
};
