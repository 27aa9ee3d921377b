import type { BlockState, PoolEvent } from '@adit/pool';
import { list, object, optional, text, whole, word, yesNo } from './format.ts';
import type { Lines } from './line.ts';
import { plain } from './plain.ts';

type Kind = 'block_found' | 'block_submitted' | 'block_state';
type Answer = Extract<PoolEvent, { kind: 'block_submitted' }>['answers'][number];

/**
 * The lines of blocks and fruits. A line says no more than is known: a block that a node took may still not be on the
 * best chain. Each line names chain, height, and the beginning and end of the id; the fields hold the whole id.
 */
export const BLOCK_LINES: Lines<PoolEvent, Kind> = {
  block_found: {
    when: "a share met the network's target and its proof holds; `what` is `block` or `fruit`; `paid` is `solo-block` where it pays its miner itself",
    levels: ['info'],
    fields: {
      chain: text,
      what: word,
      height: optional(whole),
      id: text,
      worker: text,
      paid: optional(word),
    },
    say: (event) => ({ level: 'info', text: `${nameOf(event)} found by ${plain(event.worker)}` }),
    gather: undefined,
  },
  block_submitted: {
    when: 'what came of handing it in: `outcome` is `accepted`, `undecided` (handed in again), `refused` or `superfluous`',
    levels: ['info', 'warn', 'debug'],
    fields: {
      chain: text,
      what: word,
      height: optional(whole),
      id: text,
      accepted: yesNo,
      outcome: word,
      answers: list(object<Answer>({ node: text, answer: text })),
    },
    say: (event) => {
      const { level, words } = SUBMISSIONS[event.outcome];
      return { level, text: `${nameOf(event)} ${words}` };
    },
    gather: undefined,
  },
  block_state: {
    when: 'what the chain says of it: `best_chain`, or `side_chain`, `unknown` (warn)',
    levels: ['info', 'warn'],
    fields: { chain: text, what: word, height: optional(whole), id: text, state: word, confirmations: whole },
    say: (event) => ({
      level: event.state === 'best_chain' ? 'info' : 'warn',
      text: `${nameOf(event)} ${STATES[event.state]}, ${counted(event.confirmations)}`,
    }),
    gather: undefined,
  },
};

/** Undecided blocks are handed in again. Superfluous submissions cost nothing. */
const SUBMISSIONS = {
  accepted: { level: 'info', words: 'handed in, and a node has it' },
  undecided: { level: 'warn', words: 'handed in, and no node is known to have it yet' },
  refused: { level: 'warn', words: 'refused by the nodes' },
  superfluous: { level: 'debug', words: 'not needed any more' },
} as const;

const STATES: Readonly<Record<BlockState, string>> = {
  best_chain: 'is in the best chain',
  side_chain: 'is on a side chain, not in the best one',
  unknown: 'is not in the best chain',
};

function nameOf({ chain, what, height, id }: Extract<PoolEvent, { kind: Kind }>): string {
  return `${chain}: ${what}${height === undefined ? '' : ` ${height}`} (${shortened(plain(id))})`;
}

function counted(confirmations: number): string {
  return confirmations === 1 ? '1 confirmation' : `${confirmations} confirmations`;
}

/** Both ends of the id: where blocks are hard to find, hashes begin with zeros, and only the end differs. */
function shortened(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}...${id.slice(-8)}`;
}
