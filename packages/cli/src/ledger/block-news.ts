import { auditRows, MOVE, type Queries } from '@adit/ledger';
import { z } from 'zod';
import type { LedgerEvent } from '../log/ledger-event.ts';

/** Rows of the audit that are read at once. */
const PAGE = 500;

const move = z.object({
  kind: z.literal('block'),
  chain: z.string(),
  subject: z.string(),
  from: z.string(),
  to: z.string(),
});

/** Tells what happened to blocks since the last look, from the rows that the audit has of it. */
export class BlockNews {
  #after: number | undefined;

  /** The first look finds nothing: what happened before this process is old. */
  async read(queries: Queries): Promise<readonly LedgerEvent[]> {
    if (this.#after === undefined) {
      const [row] = await queries.all('SELECT MAX(number) AS newest FROM audit');
      this.#after = Number(row?.['newest'] ?? 0);
      return [];
    }
    const rows = await auditRows(queries, { after: this.#after, limit: PAGE });
    const events: LedgerEvent[] = [];
    for (const row of rows) {
      this.#after = row.number;
      const read = row.action === MOVE ? move.safeParse(JSON.parse(row.content)) : undefined;
      if (read?.success !== true) continue;
      const { chain, subject: hash, from, to } = read.data;
      const [block] = await queries.all(
        'SELECT what, height, alarm FROM block WHERE chain = ? AND hash = ?',
        [chain, hash],
      );
      const height = block?.['height'];
      const alarm = block?.['alarm'];
      events.push({
        kind: 'block_moved',
        chain,
        what: block?.['what'] === 'fruit' ? 'fruit' : 'block',
        hash,
        height: typeof height === 'number' ? height : undefined,
        from,
        to,
        alarm: typeof alarm === 'string' ? alarm : undefined,
      });
    }
    return events;
  }
}
