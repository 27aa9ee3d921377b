import type { Message } from './message.ts';

/** Messages per second over a long time, and how many may come at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * How much one connection may send. The pool enforces these limits by reading more slowly, never by refusing a share.
 */
export interface MessageLimits {
  /** `mining.subscribe` and `mining.authorize`. */
  readonly login: Rate;
  readonly submit: Rate;
  /** Everything else, malformed lines included. */
  readonly other: Rate;
  /**
   * Submissions that may wait for a verdict. At this number, the pool reads nothing more until half of them are left, or
   * five seconds have passed.
   */
  readonly pendingSubmissions: number;
}

/** Limits that no honest miner or proxy reaches. */
export const MESSAGE_LIMITS: MessageLimits = {
  // A proxy authorises its whole farm (at most 256 workers) in one packet, and honest ones do so less than once a
  // minute.
  login: { perSecond: 5, burst: 300 },
  // A miner sends one share every ten seconds. An ASIC on a port for CPUs floods until the pool has raised its weight.
  submit: { perSecond: 200, burst: 1_000 },
  // Real miners send two or three such requests at the start, and ask for seeds when the dataset changes.
  other: { perSecond: 10, burst: 100 },
  pendingSubmissions: 64,
};

/** Kind of a line from a miner, as limits and metrics distinguish it. */
export type MessageKind = 'subscribe' | 'authorize' | 'submit' | 'response' | 'other' | 'malformed';

/** Every {@link MessageKind}. */
export const MESSAGE_KINDS: readonly MessageKind[] = [
  'subscribe',
  'authorize',
  'submit',
  'response',
  'other',
  'malformed',
];

/** The kind of a message from a miner. */
export function kindOf(message: Message): MessageKind {
  if (message.kind === 'fault') return 'malformed';
  if (message.kind === 'response') return 'response';
  switch (message.method) {
    case 'mining.submit':
      return 'submit';
    case 'mining.subscribe':
      return 'subscribe';
    case 'mining.authorize':
      return 'authorize';
    default:
      return 'other';
  }
}
