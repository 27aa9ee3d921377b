import type { BlockState, PoolEvent } from '@adit/pool';

type Kind = 'block_found' | 'block_submitted' | 'block_state';
export type BlockEvent = Extract<PoolEvent, { readonly kind: Kind }>;

interface Line {
  readonly level: 'debug' | 'info' | 'warn';
  readonly text: string;
}

/**
 * The log line for an event of a block or fruit. It says no more than is known: a block that a node took may still not
 * be on the best chain. Each line names chain, height, and the beginning and end of the id; the fields hold the whole
 * id.
 */
export function blockLine(event: BlockEvent, plain: (text: string) => string): Line {
  const { height, id, what } = event;
  const name = `${event.chain}: ${what}${height === undefined ? '' : ` ${height}`} (${shortened(plain(id))})`;
  switch (event.kind) {
    case 'block_found':
      return { level: 'info', text: `${name} found by ${plain(event.worker)}` };
    case 'block_submitted': {
      const { level, words } = SUBMISSIONS[event.outcome];
      return { level, text: `${name} ${words}` };
    }
    case 'block_state': {
      const words = STATES[event.state];
      const level = event.state === 'best_chain' ? 'info' : 'warn';
      return { level, text: `${name} ${words}, ${counted(event.confirmations)}` };
    }
  }
}

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

function counted(confirmations: number): string {
  return confirmations === 1 ? '1 confirmation' : `${confirmations} confirmations`;
}

/** Both ends of the id: where blocks are hard to find, hashes begin with zeros, and only the end differs. */
function shortened(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}...${id.slice(-8)}`;
}
