import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eachBalance, isRestored, PostgresqlDatabase, verifyLedger } from '@adit/ledger';
import { adit, runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { PASSWORD, PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { checkLedgerDatabase } from '../src/check/ledger-database.ts';
import { loadConfig } from '../src/config/load.ts';
import type { LedgerEvent } from '../src/log/ledger-event.ts';
import { NETWORK, REWARD, until, withMoney, zecd } from './support/money-rig.ts';
import { TRANSPARENT } from './support/regtest-addresses.ts';

const options = { skip: WITHOUT_POSTGRESQL ?? false };
let server: PostgresqlServer;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

/** A new database, with its address as a configuration has it. */
async function newBooks(): Promise<{ readonly url: string; readonly shown: string }> {
  const url = await server.newDatabase();
  return { url, shown: url.replace(/:[^:@]*@/, '@') };
}

test(
  'a ledger in PostgreSQL goes on after a restart of the server, with one line for it, and another one stands by',
  options,
  async (context) => {
    const { url, shown } = await newBooks();
    const ledger = { database: shown, password_file: './pg-password' };
    await withMoney(
      context,
      { ledger, money: { payouts: 'off' }, wallet: zecd },
      async ({ folder, find, mine, open }) => {
        writeFileSync(path.join(folder, 'pg-password'), `${PASSWORD}\n`, { mode: 0o600 });
        const events: LedgerEvent[] = [];
        const heard = (kind: LedgerEvent['kind']) => events.filter((event) => event.kind === kind);
        const credited = (blocks: bigint) =>
          until(async () => (await credits(url)) === blocks * REWARD, mine);
        await find();
        const first = await open((event) => events.push(event));
        await first.service.start();
        await credited(1n);
        const standby: LedgerEvent[] = [];
        const second = await open((event) => standby.push(event));
        const waiting = second.service.start();
        await until(() => standby.some(({ kind }) => kind === 'ledger_standby'));
        await server.stop();
        await until(() => heard('ledger_problem').length > 0);
        await find();
        await server.run();
        await until(() => heard('ledger_back').length > 0);
        await credited(2n);
        assert.deepEqual(
          heard('ledger_problem').map((event) => event.kind === 'ledger_problem' && event.cause),
          ['database'],
          'one line, whatever failed meanwhile',
        );
        await first.close();
        // A standby that could not reach the server ended; its process would open it again.
        await waiting.catch(() => {});
        await second.close();
        const third = await open();
        await third.service.start();
        await find();
        await credited(3n);
        await third.close();
        const database = await PostgresqlDatabase.open({ url });
        assert.deepEqual(await verifyLedger(database), []);
        assert.equal(await database.read(isRestored), false);
        await database.close();
        assert.doesNotMatch(JSON.stringify([...events, ...standby]), /correct horse|correct%20horse/);
      },
    );
  },
);

test(
  '`adit ledger run` waits for a server that is not there yet, and commands find its books',
  options,
  async (context) => {
    const { shown } = await newBooks();
    const folder = temporaryFolder(context);
    writeFileSync(path.join(folder, 'pg-password'), PASSWORD, { mode: 0o600 });
    const config = path.join(folder, 'adit.toml');
    const chain = zcashToml(undefined, {
      chain: { network: NETWORK },
      tables: { money: { reward_addresses: [TRANSPARENT] } },
    });
    const ledger = { database: shown, password_file: './pg-password', run: 'alone' };
    writeFileSync(config, poolToml([chain], { top: { data: folder }, log: { format: 'json' }, ledger }));
    const none = await runAdit(['ledger', 'status'], folder);
    assert.match(none.err, /there is no ledger at postgresql:\/\/adit@\/ledger_\d+\?host=/);
    await server.stop();
    const child = adit(['ledger', 'run'], folder);
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
    await until(() => log.includes('"cause":"database"'));
    await server.run();
    await until(() => log.includes('"kind":"ledger_open"') || log.includes('ledger_open'));
    const status = await runAdit(['ledger', 'status', '--json'], folder);
    assert.match(JSON.parse(status.out).writer, new RegExp(`^process ${child.pid} `));
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    assert.equal(child.exitCode, 0, log);
    assert.doesNotMatch(log + none.err, /correct horse|correct%20horse/);
  },
);

test(
  'a check of the configuration says version and rights of the server, or that it does not answer',
  options,
  async (context) => {
    const { shown } = await newBooks();
    const folder = temporaryFolder(context);
    const file = path.join(folder, 'adit.toml');
    const of = (database: string, password = PASSWORD) => {
      writeFileSync(path.join(folder, 'pg-password'), password, { mode: 0o600 });
      const tables = { money: { reward_addresses: [TRANSPARENT] } };
      const ledger = { database, password_file: './pg-password' };
      writeFileSync(
        file,
        poolToml([zcashToml(undefined, { chain: { network: NETWORK }, tables })], { ledger }),
      );
      return checkLedgerDatabase(loadConfig(file), file);
    };
    const right = await of(shown);
    assert.deepEqual([right.faults, right.warnings], [[], []]);
    assert.match(
      right.notes[0] ?? '',
      /^ledger\.database: PostgreSQL \d+\.\d+ .* at postgresql:\/\/adit@\/ledger_\d+.*: adit may write there, and it has no ledger yet$/,
    );
    const [wrong] = (await of(shown, 'no')).faults;
    assert.match(wrong?.message ?? '', /password authentication failed/);
    const [absent] = (await of(shown.replace(/host=.*/, 'host=/nowhere'))).warnings;
    assert.match(absent?.message ?? '', /could not be asked/);
  },
);

/** What was credited on the chain, to miners and to the pool. */
async function credits(url: string): Promise<bigint> {
  const database = await PostgresqlDatabase.open({ url });
  try {
    return await database.read(async (queries) => {
      let sum = 0n;
      for await (const { amount } of eachBalance(queries, NETWORK)) if (amount > 0n) sum += amount;
      return sum;
    });
  } finally {
    await database.close();
  }
}
