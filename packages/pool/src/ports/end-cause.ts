/** Why connections end, as a closed list: a metric's label. */
export const END_CAUSES = [
  'left',
  'no_subscribe',
  'no_login',
  'no_share',
  'idle',
  'partial_line',
  'long_line',
  'not_reading',
  'replaced',
  'conduct',
  'banned',
  'moved',
  'no_work',
  'stopped',
  'error',
] as const;

export type EndCause = (typeof END_CAUSES)[number];

/** Words with which this pool and its sockets close a connection. */
const WORDS: readonly (readonly [string, EndCause])[] = [
  ['closed', 'left'],
  ['nothing was subscribed in time', 'no_subscribe'],
  ['no worker was authorised in time', 'no_login'],
  ['no share came in time', 'no_share'],
  ['idle', 'idle'],
  ['a line did not end in time', 'partial_line'],
  ['a line is longer than', 'long_line'],
  ['it does not read what it is sent', 'not_reading'],
  ['a newer connection of its address has its place', 'replaced'],
  ['conduct:', 'conduct'],
  ['Banned for a time', 'banned'],
  ['banned:', 'banned'],
  ['its nonce1 went to another process', 'moved'],
  ['the pool is being replaced', 'moved'],
  ['no node has given work', 'no_work'],
  ['the pool stops', 'stopped'],
];

/** The cause behind the reason of an end; `error` for what the system says (ECONNRESET) and whatever is not listed. */
export function endCauseOf(reason: string): EndCause {
  return WORDS.find(([words]) => reason.startsWith(words))?.[1] ?? 'error';
}
