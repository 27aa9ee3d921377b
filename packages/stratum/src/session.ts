import type { MessageKind } from './message-limits.ts';
import type { RejectReason } from './reject.ts';
import type { WorkerName } from './worker-name.ts';

/** Why a server session ends its connection: too many of its submissions have no answer. */
export type CloseCause = 'unanswered';

/**
 * What a server session wants done. The session is pure: it reads no clock, opens no socket and keeps no timer. Its
 * caller carries the effects out, in order.
 */
export type ServerEffect<Submission> =
  /** Whole lines for the socket. All `send` effects of one call belong into one write. */
  | { readonly kind: 'send'; readonly data: string | Uint8Array }
  /** A share to judge: the caller answers once with `verdict(token, ...)`. */
  | { readonly kind: 'submit'; readonly token: number; readonly submission: Submission }
  /**
   * Too many submissions wait for a verdict: stop reading until `go_on`. The session still takes lines that come. Call
   * `look` every second, because `go_on` comes after five seconds without the verdicts too.
   */
  | { readonly kind: 'hold' }
  | { readonly kind: 'go_on' }
  | { readonly kind: 'subscribed'; readonly agent: string }
  /** `difficulty`: the difficulty that the password asks for (`d=64`), as decimal text. */
  | { readonly kind: 'authorized'; readonly worker: WorkerName; readonly difficulty: string | undefined }
  /** The session itself refused a message, before any check of a share. For log and metrics. */
  | {
      readonly kind: 'refused';
      readonly reason: RejectReason;
      readonly detail: string;
      readonly submission: boolean;
      /** The worker that was not let in, as the miner sent it (cut to the longest name); of refused logins only. */
      readonly login?: string;
    }
  | { readonly kind: 'suggest'; readonly target: bigint }
  /** Decimal text, as in a password. */
  | { readonly kind: 'suggest_difficulty'; readonly difficulty: string }
  /** The connection sends more than it may: read nothing from it for `ms`. */
  | { readonly kind: 'slow'; readonly ms: number; readonly sent: MessageKind }
  /** The miner sent an answer without a request: some miners answer notifications. */
  | { readonly kind: 'unasked' }
  /** The miner asked for seeds: call `giveSeeds` when it may have them. */
  | { readonly kind: 'seeds' }
  /** The miner has resumed an earlier session on this connection. */
  | { readonly kind: 'resumed'; readonly sessionId: string }
  /** Close the connection. The cause is for programs, the detail for people. */
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly detail: string };

/**
 * Answers that may wait behind an older submission that has no verdict yet. Refused submissions cost a miner nothing,
 * so without this bound a flood of them would grow the queue without end. Honest miners stay far below it.
 */
export const MAX_WAITING_REPLIES = 1024;
/** Most workers on one connection: a proxy in front of a farm has some dozens. */
export const MAX_WORKERS_PER_CONNECTION = 256;
/** Characters of a user agent that are kept: enough for a name and a version, which people read. */
const MAX_AGENT = 64;

/** Makes a user agent fit for display: short and printable. */
export function cleanAgent(agent: unknown): string {
  return typeof agent === 'string' ? agent.slice(0, MAX_AGENT).replace(/[^\x20-\x7e]/g, '?') : '';
}
