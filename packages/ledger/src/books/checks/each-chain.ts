import { textOf } from '../../database/cells.ts';
import type { Queries } from '../../database/ledger-database.ts';

/** Yields each chain that has balances. It asks for the next one each time: a list of all balances would be long. */
export async function* eachChain(queries: Queries): AsyncGenerator<string, void> {
  let last = '';
  for (;;) {
    const [row] = await queries.all('SELECT chain FROM balance WHERE chain > ? ORDER BY chain LIMIT 1', [
      last,
    ]);
    if (row === undefined) return;
    last = textOf(row, 'chain');
    yield last;
  }
}
