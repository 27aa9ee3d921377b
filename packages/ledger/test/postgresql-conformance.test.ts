import { after, before } from 'node:test';
import { PostgresqlDatabase } from '@adit/ledger';
import { PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';
import { testConformance } from './support/conformance.ts';

let server: PostgresqlServer | undefined;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

testConformance(
  'a ledger in PostgreSQL',
  async () => {
    const url = (await server?.newDatabase()) ?? '';
    return { open: () => PostgresqlDatabase.open({ url }), isShared: true };
  },
  WITHOUT_POSTGRESQL,
);
