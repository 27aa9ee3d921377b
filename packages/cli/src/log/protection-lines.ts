import { type PoolEvent, PROBLEMS } from '@adit/pool';
import { optional, text, whole, word } from './format.ts';
import { type Lines, MOST_NEWS } from './line.ts';
import { plain } from './plain.ts';

type Kind = 'conduct' | 'slowed' | 'ban_lifted' | 'problem';

const RUNGS = {
  none: 'did nothing wrong',
  warn: 'was warned',
  slow: 'is read more slowly',
  disconnect: 'was disconnected',
  ban: 'was banned',
} as const;

export const PROTECTION_LINES: Lines<PoolEvent, Kind> = {
  conduct: {
    when: 'an address or connection was warned, slowed, disconnected or banned. `rung` and `offence` are listed in [metrics.md](metrics.md#values-of-labels)',
    levels: ['warn'],
    fields: { address: text, connection: optional(whole), rung: word, offence: word },
    say: ({ address, rung, offence }) => ({ level: 'warn', text: `${address} ${RUNGS[rung]}: ${offence}` }),
    gather: { by: ['rung', 'offence'], told: 1 },
  },
  slowed: {
    when: 'more of an address or network is refused than its shares explain: it is read more slowly',
    levels: ['warn'],
    fields: { subject: text },
    say: ({ subject }) => ({
      level: 'warn',
      text: `${subject} is read more slowly: far more of its messages are refused than its accepted shares explain`,
    }),
    gather: { by: [], told: MOST_NEWS },
  },
  ban_lifted: {
    when: 'an operator lifted a ban',
    levels: ['info'],
    fields: { subject: text },
    say: ({ subject }) => ({ level: 'info', text: `the ban of ${plain(subject)} was lifted` }),
    gather: undefined,
  },
  problem: {
    when: 'whatever has no kind of its own. `cause` is one of [these](#causes-of-a-problem), `code` that of the error behind it ([errors.md](errors.md), or of the system), and `block` the id of a found block',
    levels: ['error'],
    fields: {
      cause: word,
      chain: optional(text),
      port: optional(text),
      block: optional(text),
      code: optional(word),
      detail: text,
    },
    say: ({ cause, chain, port, detail }) => ({
      level: 'error',
      text: `${port ?? chain ?? 'the pool'}: ${PROBLEMS[cause]}: ${plain(detail)}`,
    }),
    gather: { by: ['cause'], told: MOST_NEWS },
  },
};
