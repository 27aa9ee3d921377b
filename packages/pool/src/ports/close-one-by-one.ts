import type { PoolEnding } from './end-cause.ts';
import { spread } from './spread.ts';

export const HANDED_OVER: PoolEnding = { cause: 'handed_over', detail: 'the pool is being replaced' };

/** How often connections that wait for a verdict are looked at. A verdict takes milliseconds. */
const LOOK_MS = 50;

/** A connection with its session, as far as it matters here. */
export interface Closable {
  readonly connection: { readonly open: boolean; close(ending: PoolEnding): void };
  readonly session: { readonly pending: number };
}

/**
 * Closes connections one after the other, evenly over `overMs`, each at a moment when none of its submissions waits for
 * a verdict: the miner would not hear it.
 * @returns a function that stops it
 */
export function closeOneByOne(members: readonly Closable[], overMs: number): () => void {
  /** Connections whose turn has come; at most `members`. */
  const due = new Set<Closable>();
  const close = () => {
    for (const member of due) {
      if (member.connection.open && member.session.pending > 0) continue;
      due.delete(member);
      if (member.connection.open) member.connection.close(HANDED_OVER);
    }
  };
  const timer = setInterval(close, LOOK_MS);
  const stopSpread = spread(members, overMs, (member) => due.add(member), 'late');
  return () => {
    clearInterval(timer);
    stopSpread();
  };
}
