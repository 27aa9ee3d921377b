import type { Message } from './message.ts';

/** Messages a second over a long time, and how many may come at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one connection may send. A limit is kept by reading slower, never by refusing a share. */
export interface MessageLimits {
  /** `mining.subscribe` and `mining.authorize`. */
  readonly login: Rate;
  readonly submit: Rate;
  /** Everything else, malformed lines included. */
  readonly other: Rate;
  /** Submissions that may wait for their verdict: then nothing is read until half of them have it. */
  readonly pendingSubmissions: number;
}

/** Limits that no honest miner or proxy meets. */
export const MESSAGE_LIMITS: MessageLimits = {
  // A proxy authorises its whole farm (256 workers at the most) in one packet; nobody does so every minute.
  login: { perSecond: 5, burst: 300 },
  // A miner sends one share in ten seconds; an ASIC on a port for CPUs floods until its target has followed.
  submit: { perSecond: 200, burst: 1_000 },
  // Real miners ask two or three such things at the start, and the seeds of a dataset after a switch.
  other: { perSecond: 10, burst: 100 },
  pendingSubmissions: 64,
};

/** What a line of a miner is, as far as limits and metrics tell them apart. */
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

/** Which kind a message of a miner is of. */
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
