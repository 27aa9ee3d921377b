import type { Privacy } from './sources.ts';

/** Names shorter than this show their first two characters alone: more would be the whole name. */
const SHORT = 14;
const HEAD = 6;
const TAIL = 4;

/** The name of an account as lists show it. Characters are counted, so that none is cut in two. */
export function labelOf(account: string, privacy: Privacy): string {
  if (privacy === 'open') return account;
  const characters = [...account];
  if (privacy === 'private') return '…';
  if (characters.length < SHORT) return `${characters.slice(0, 2).join('')}…`;
  return `${characters.slice(0, HEAD).join('')}…${characters.slice(-TAIL).join('')}`;
}

/** The part of a worker's name behind its account, which may be empty. */
export function rigName(worker: string, account: string): string {
  if (worker === account) return '';
  return worker.startsWith(`${account}.`) ? worker.slice(account.length + 1) : worker;
}
