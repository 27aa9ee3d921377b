import type { MessageKind } from './message-limits.ts';
import type { RejectReason } from './reject.ts';
import type { WorkerName } from './worker-name.ts';

/** Why a server session ends its connection: too many of its submissions have no answer. */
export type CloseCause = 'unanswered';

/**
 * What a server session wants done. The session is pure: it reads no clock, opens no socket and keeps
 * no timer; whoever drives it carries the effects out, in order.
 */
export type ServerEffect<Submission> =
  /** Whole lines for the socket. Effects of one call belong into one write. */
  | { readonly kind: 'send'; readonly data: string | Uint8Array }
  /** To be judged: answer with `verdict(token, ...)`, once. */
  | { readonly kind: 'submit'; readonly token: number; readonly submission: Submission }
  /** So many submissions wait that no more lines should come, until `go_on`. Those that come all the same are taken. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'go_on' }
  | { readonly kind: 'subscribed'; readonly agent: string }
  /** `difficulty`: what the worker asks for in its password (`d=64`), decimal text. */
  | { readonly kind: 'authorized'; readonly worker: WorkerName; readonly difficulty: string | undefined }
  /** Something was refused by the session itself, before any share check. For log and metrics. */
  | {
      readonly kind: 'refused';
      readonly reason: RejectReason;
      readonly detail: string;
      readonly submission: boolean;
    }
  | { readonly kind: 'suggest'; readonly target: bigint }
  /** Decimal text, as in a password. */
  | { readonly kind: 'suggest_difficulty'; readonly difficulty: string }
  /** More than this connection may send: to be read no further for so long. */
  | { readonly kind: 'slow'; readonly ms: number; readonly sent: MessageKind }
  /** An answer came, which nobody waits for: some miners answer notifications. */
  | { readonly kind: 'unasked' }
  /** Seeds are due: to be given when it may have them. */
  | { readonly kind: 'seeds' }
  /** An earlier session goes on here. */
  | { readonly kind: 'resumed'; readonly sessionId: string }
  /** @see CloseCause for programs; the detail is for people */
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly detail: string };

/**
 * Answers that may wait behind an older submission that has no verdict yet. Refused submissions cost a
 * miner nothing, so a flood of them would grow the queue without end; nobody honest comes near.
 */
export const MAX_WAITING_REPLIES = 1024;
/** Workers on one connection: a proxy in front of a farm has some dozens. */
export const MAX_WORKERS_PER_CONNECTION = 256;
/** User agents are for people; this much says who it is. */
const MAX_AGENT = 64;

/** The user agent as it may be shown: short and printable. */
export function cleanAgent(agent: unknown): string {
  return typeof agent === 'string' ? agent.slice(0, MAX_AGENT).replace(/[^\x20-\x7e]/g, '?') : '';
}
