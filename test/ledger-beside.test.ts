import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';

test('a pool keeps books in a process beside it, which ends with the pool, even by kill -9, and writes again with the next one', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL });
  context.after(() => devnet.close());
  const wallet = await devnet.openWallet();
  const money = { fee_percent: 1, reward_addresses: [wallet.transparentAddress] };
  const toml = poolToml([zcashToml(devnet.url, { tables: { money } })], {
    ledger: { listen: '127.0.0.1:0' },
  });
  const writer = async (): Promise<string | null> => {
    const { status, out } = await runAdit(['ledger', 'status', '--json'], folder);
    return status === 0 ? JSON.parse(out).writer : null;
  };
  const pidOf = (name: string | null) => Number(/^process (\d+) on /.exec(name ?? '')?.[1]);

  const first = await startPoolProcess(folder, toml);
  let ledger = Number.NaN;
  while (Number.isNaN(ledger)) ledger = pidOf(await writer());
  assert.notEqual(ledger, first.child.pid);
  assert.ok(isAlive(ledger));
  const port = () => /"event":"ledger_metrics"[^\n]*?"port":(\d+)/.exec(first.log())?.[1];
  while (port() === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  const metrics = await fetch(`http://127.0.0.1:${port()}/metrics`);
  assert.match(await metrics.text(), /^adit_ledger_writer 1$/m);
  assert.equal((await fetch(`http://127.0.0.1:${port()}/ready`)).status, 200);
  await first.kill('SIGKILL');
  while (isAlive(ledger)) await new Promise((resolve) => setTimeout(resolve, 50));

  // It gave its lease back, so the next one need not wait for the end of it.
  const second = await startPoolProcess(folder, toml);
  let next = Number.NaN;
  while (Number.isNaN(next)) next = pidOf(await writer());
  assert.notEqual(next, ledger);
  await second.kill('SIGTERM');
  assert.ok(!isAlive(next), 'an orderly end waits for the ledger');
  assert.equal(await writer(), null);
  const verified = await runAdit(['ledger', 'verify', '-c', path.join(folder, 'adit.toml')], folder);
  assert.deepEqual([verified.status, verified.out], [0, 'the books are in order\n']);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
