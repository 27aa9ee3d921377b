import { type Entry, INVARIANTS, sourceKey } from '@adit/money';
import { bookedCredit } from '../../blocks/round-book.ts';
import { numberOf, textOf } from '../../database/cells.ts';
import type { SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { entryOf } from '../read-entries.ts';
import { type LedgerCheck, NOTHING } from './ledger-check.ts';

/** I8: the parts of each round sum to its reward, and its entry credited that. It keeps the parts of one round in memory. */
export const roundsAddUp: LedgerCheck = async function* ({ queries }) {
  const rounds = eachRow<SqlRow>((last) =>
    queries.all(
      'SELECT chain, hash, generation FROM round WHERE (chain, hash, generation) > (?, ?, ?) ORDER BY chain, hash, generation LIMIT ?',
      last === undefined
        ? ['', '', 0, PAGE_ROWS]
        : [textOf(last, 'chain'), textOf(last, 'hash'), numberOf(last, 'generation'), PAGE_ROWS],
    ),
  );
  for await (const row of rounds) {
    const [chain, hash] = [textOf(row, 'chain'), textOf(row, 'hash')];
    const generation = numberOf(row, 'generation');
    const creditKey = sourceKey('block', chain, hash, String(generation), 'credit');
    const credit = await bookedCredit(queries, chain, hash, generation);
    const entry = await entryOf(queries, chain, creditKey);
    const entries: readonly Entry[] = entry === undefined ? [] : [entry];
    const state = { ...NOTHING, entries, rounds: [{ creditKey, credit }] };
    for (const breach of INVARIANTS.I8(state)) yield { chain, ...breach };
  }
};
