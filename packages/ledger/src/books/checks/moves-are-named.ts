import { BATCH_MOVES, BLOCK_MOVES, INVARIANTS, type StateMove } from '@adit/money';
import { numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { MOVE } from '../audit.ts';
import { type Finding, type LedgerCheck, NOTHING } from './ledger-check.ts';

/** Where each kind begins. */
const FIRST = { block: 'found', batch: 'planned' } as const;

/** I15: every change of a state is one of the named moves, and begins where the last one of its block or batch ended. */
export const movesAreNamed: LedgerCheck = async function* ({ queries }) {
  for await (const row of eachMove(queries)) {
    const { chain, move } = moveIn(row);
    const about = textOf(row, 'subject');
    if (move === undefined) {
      yield { chain, about, detail: `row ${numberOf(row, 'number')} of the audit is not a move` };
      continue;
    }
    for (const breach of INVARIANTS.I15({ ...NOTHING, moves: [move] })) yield { chain, ...breach };
    const last = await stateBefore(queries, row, FIRST[move.kind]);
    if (last !== move.from)
      yield {
        chain,
        about: move.subject,
        detail: `it left ${move.from}, but it was ${last}`,
      } satisfies Finding;
  }
};

function eachMove(queries: Queries): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      'SELECT number, subject, content FROM audit WHERE number > ? AND action = ? ORDER BY number LIMIT ?',
      [last === undefined ? 0 : numberOf(last, 'number'), MOVE, PAGE_ROWS],
    ),
  );
}

async function stateBefore(queries: Queries, row: SqlRow, first: string): Promise<string> {
  const [before] = await queries.all(
    'SELECT content FROM audit WHERE subject = ? AND number < ? AND action = ? ORDER BY number DESC LIMIT 1',
    [textOf(row, 'subject'), numberOf(row, 'number'), MOVE],
  );
  return before === undefined ? first : (moveIn(before).move?.to ?? 'unknown');
}

/** What stands in the audit may be anything: it is what is being checked. */
function moveIn(row: SqlRow): { readonly chain: string | null; readonly move: StateMove | undefined } {
  const { chain, kind, subject, from, to } = membersOf(textOf(row, 'content'));
  const states = kind === 'block' ? BLOCK_MOVES : kind === 'batch' ? { ...BATCH_MOVES, held: [] } : {};
  const isMove =
    typeof subject === 'string' &&
    typeof from === 'string' &&
    typeof to === 'string' &&
    Object.hasOwn(states, from) &&
    Object.hasOwn(states, to);
  return {
    chain: typeof chain === 'string' ? chain : null,
    move: isMove ? ({ kind, subject, from, to } as StateMove) : undefined,
  };
}

function membersOf(content: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(content) };
  } catch {
    return {};
  }
}
