import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { LedgerMetrics } from '@adit/api';
import { tableRows } from '@adit/test-kit/markdown-table';
import { poolToml, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { receiverFromKey, writeAddress } from '@adit/wallets';
import { loadConfig } from '../src/config/load.ts';
import { configSchema } from '../src/config/schema.ts';
import { LedgerAdmin } from '../src/ledger/ledger-admin.ts';
import { LEDGER_PROBLEMS } from '../src/log/ledger-lines.ts';

const AGAIN_MS = 10;

test("a taken address is told, and the ledger's metrics are served as soon as it is free", async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const metrics = new LedgerMetrics({ chains: ['zcash'], problems: [] });
  const told = Promise.withResolvers<string>();
  const opened = Promise.withResolvers<number>();
  const { ledger, admin } = configSchema
    .pick({ ledger: true, admin: true })
    .parse({ ledger: { listen: `127.0.0.1:${port}` } });
  const server = new LedgerAdmin(
    { ledger, admin },
    {
      metrics,
      status: () => ({
        ready: false,
        notReady: ['it stands by'],
        notReadyCauses: ['standby'],
        draining: false,
      }),
      onListening: opened.resolve,
      onProblem: told.resolve,
    },
    AGAIN_MS,
  );
  server.start();
  try {
    assert.match(await told.promise, new RegExp(`^ledger\\.listen 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`));
    taken.close();
    await once(taken, 'close');
    assert.equal(await opened.promise, port);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(await answer.text(), /^adit_ledger_writer 0$/m);
    const ready = await fetch(`http://127.0.0.1:${port}/ready`);
    assert.equal(ready.status, 503);
    assert.deepEqual((await ready.json()) as unknown, {
      ready: false,
      notReady: ['it stands by'],
      notReadyCauses: ['standby'],
      draining: false,
    });
  } finally {
    await server.close();
    metrics.close();
  }
});

function faultOf(folder: string, tables: Readonly<Record<string, TomlTable>>): string {
  const file = path.join(folder, 'adit.toml');
  const address = writeAddress(receiverFromKey(`p2pkh:${'11'.repeat(20)}`), 'zcash-regtest');
  const chain = zcashToml(undefined, { tables: { money: { reward_addresses: [address] } } });
  writeFileSync(file, poolToml([chain], tables));
  try {
    loadConfig(file);
    return 'no fault';
  } catch (error) {
    return (error as Error).message;
  }
}

test('the address of the ledger is none of the pool, and leaves loopback only with allowed hosts', (context) => {
  const folder = temporaryFolder(context);
  assert.equal(faultOf(folder, {}), 'no fault');
  assert.match(
    faultOf(folder, { ledger: { listen: '127.0.0.1:9333' } }),
    /ledger\.listen: found 127\.0\.0\.1:9333, and admin\.listen is 127\.0\.0\.1:9333/,
  );
  assert.match(
    faultOf(folder, { ledger: { listen: '0.0.0.0:9343' } }),
    /ledger\.listen: anything but loopback needs admin\.allowed_hosts/,
  );
  const hosts = { allowed_hosts: ['pool.example.com'] };
  assert.equal(faultOf(folder, { admin: hosts, ledger: { listen: '0.0.0.0:9343' } }), 'no fault');
  assert.equal(
    faultOf(folder, { admin: { enabled: false }, ledger: { listen: '127.0.0.1:9333' } }),
    'no fault',
  );
});

test('docs/metrics.md names each cause of a problem of the ledger', () => {
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const row = tableRows(page, 'label').find(({ of }) => of === 'adit_ledger_problems_total');
  assert.deepEqual(row?.['values']?.split(', ').toSorted(), Object.keys(LEDGER_PROBLEMS).toSorted());
});
