import path from 'node:path';
import { SqliteDatabase } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { testConformance } from './support/conformance.ts';

testConformance('a ledger in memory', async () => ({
  open: () => SqliteDatabase.open(':memory:'),
  isShared: false,
}));

testConformance('a ledger in a file', async (context) => {
  const file = path.join(temporaryFolder(context), 'ledger.db');
  return { open: () => SqliteDatabase.open(file), isShared: true };
});
