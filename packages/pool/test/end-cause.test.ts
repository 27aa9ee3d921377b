import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { END_LABELS, type PoolEnding } from '@adit/pool';
import { tableRows } from '@adit/test-kit/markdown-table';
import { MinerConnection, type MinerHost } from '../src/ports/miner-connection.ts';

const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');

test('docs/reasons.md has every cause for the end of a connection, with its label in the metrics', () => {
  const rows = tableRows(page, 'cause').map(({ cause, because }) => [cause, because]);
  assert.deepEqual(rows.toSorted(), Object.entries(END_LABELS).toSorted());
});

test('docs/reasons.md says of every cause when it comes', () => {
  for (const row of tableRows(page, 'cause')) assert.notEqual(row['when'], '', row['cause']);
});

test('a connection that its session closes ends with the cause of the session', () => {
  const endings: PoolEnding[] = [];
  const miner = new MinerConnection<object, { worker: string }>(
    { id: 1, now: 0 },
    {
      host: { ran: () => {} } as unknown as MinerHost<object, { worker: string }>,
      connection: { close: (ending: PoolEnding) => endings.push(ending) } as never,
      session: { jobsSent: 0 } as never,
      vardiff: {} as never,
    },
  );
  miner.run([{ kind: 'close', cause: 'unanswered', detail: 'too many wait' }]);
  assert.deepEqual(endings, [{ cause: 'unanswered', detail: 'too many wait' }]);
  assert.equal(END_LABELS.unanswered, 'unanswered');
});
