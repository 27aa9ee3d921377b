import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { ShareJournal } from '@adit/journal';
import { makeCertificate } from '@adit/test-kit/certificate';
import { SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { POOL_LIMITS } from '../src/index.ts';

const PENDING = 4;
const limits = { ...POOL_LIMITS, messages: { ...POOL_LIMITS.messages, pendingSubmissions: PENDING } };

/** A port without TLS that leads to one with TLS. */
async function throughTls(number: number, context: TestContext): Promise<number> {
  const server = createServer((plain) => {
    const secure = connectTls({ port: number, host: '127.0.0.1', rejectUnauthorized: false });
    for (const socket of [plain, secure]) socket.on('error', () => socket.destroy());
    plain.pipe(secure).pipe(plain);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function tlsFiles(folder: string) {
  const { cert, key } = makeCertificate();
  const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key);
  chmodSync(tls.keyFile, 0o600);
  return tls;
}

for (const secure of [false, true]) {
  const where = secure ? 'a port with TLS' : 'a port';
  test(`while the journal hangs, a block of a miner of Zcash on ${where} leaves from behind its shares that wait`, async (context) => {
    const initialTarget = 1n << 250n;
    const devnet = await startZcashDevnet({ chain: SMALL, initialTarget, mempoolSeconds: 0 });
    const folder = temporaryFolder(context);
    const changes = secure ? { tls: tlsFiles(folder) } : {};
    const { pool, portOf } = await startPool(path.join(folder, 'data'), [zcashPool([devnet.url], changes)], {
      limits,
    });
    const number = secure ? await throughTls(portOf('zcash'), context) : portOf('zcash');
    const rig = await ZcashRig.connect(number, SMALL.equihash);
    const shares = [];
    for (let i = 0; i < PENDING; i += 1)
      shares.push(await rig.solve((value, target) => value <= target && value > initialTarget));
    const block = await rig.solve((value) => value <= initialTarget);
    context.mock.method(ShareJournal.prototype, 'append', () => new Promise(() => {}));
    for (const share of [...shares, block]) rig.submit(share).catch(() => {});
    await until('the node has the block', () => devnet.acceptedBlocks === 1);
    assert.equal(pool.connections, 1, 'the miner has not been sent away');
    context.mock.restoreAll();
    rig.client.close();
    await Promise.all([pool.stop(), devnet.close()]);
  });
}

test('while the journal hangs, a fruit of a miner of TrueChain leaves from behind its shares that wait, in a pool that drains', async (context) => {
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: 256n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  const { pool, portOf } = await startPool(
    temporaryFolder(context),
    [trueChainPool(devnet.url, { startWeight: 16n, minWeight: 16n, fixedWeight: true })],
    { limits },
  );
  const rig = await TrueRig.connect(portOf('truechain'), 'finder');
  const job = await rig.job();
  const target = (1n << 128n) / 256n;
  const shares = [];
  for (let i = 0; i < PENDING; i += 1)
    shares.push(
      await rig.solve((block, fruit, target) => (fruit < target || block < target) && fruit > target, job),
    );
  const fruit = await rig.solve((_, value) => value < target / 2n, job);
  context.mock.method(ShareJournal.prototype, 'append', () => new Promise(() => {}));
  const drained = pool.drain({ reconnectOverMs: 60_000, deadlineMs: 60_000 });
  for (const share of [...shares, fruit]) rig.submit(share).catch(() => {});
  await until('the node has the fruit', () => devnet.acceptedFruits === 1);
  context.mock.restoreAll();
  rig.client.close();
  await pool.stop();
  await Promise.all([drained, devnet.close()]);
});
