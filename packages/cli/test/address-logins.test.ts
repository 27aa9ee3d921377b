import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { decodeHex } from '@adit/primitives';
import { codeOf, LineClient, textOf } from '@adit/test-kit/line-client';
import { SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { writeTexAddress, writeTrueChainAddress, writeUnifiedAddress } from '@adit/wallets';
import { accountReaderOf as accountsOf } from '../src/config/account-addresses.ts';
import { RECEIVERS, TRANSPARENT, writeRegtest } from './support/regtest-addresses.ts';

const { p2pkh, sapling, orchard } = RECEIVERS;
const address = { accounts: 'address' } as const;

async function refusal(port: number, name: string): Promise<string> {
  const client = await LineClient.connect(port);
  await client.request('mining.subscribe', ['test/1.0.0', 'TrueStratum/1.0.0']);
  const answer = await client.request('mining.authorize', [name, 'x']);
  client.close();
  assert.equal(codeOf(answer), 24, `${name} was let in`);
  return textOf(answer);
}

test('a Zcash port whose accounts are addresses checks them at login, and has one account for one payee', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  const { pool, portOf, events } = await startPool(data, [zcashPool([devnet.url], { access: address })], {
    accountsOf,
  });
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  const port = portOf('zcash');
  assert.equal(
    await refusal(port, 'alice.rig1'),
    "The account must be an address: this is not an address of Zcash's Regtest",
  );
  assert.match(await refusal(port, `${TRANSPARENT.slice(0, -1)}x.rig1`), /checksum of the address is wrong/);
  assert.match(
    await refusal(port, 't1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs'),
    /this is an address of Zcash, and one of/,
  );
  assert.match(await refusal(port, '.rig1'), /must begin with an account/);
  assert.ok(
    events.some((event) => event.kind === 'refused' && event.reason === 'bad_account'),
    'the log has the reason',
  );
  const wanted = writeRegtest(orchard);
  const spellings = [[orchard], [orchard, sapling], [orchard, p2pkh]].map((receivers) =>
    writeUnifiedAddress(receivers, 'zcash-regtest'),
  );
  for (const spelling of [...spellings, spellings[1]?.toUpperCase()]) {
    const rig = await ZcashRig.connect(port, SMALL.equihash, `${spelling}.rig1`);
    assert.equal((await rig.submit(await rig.solve((value) => value <= rig.target))).result, true);
    rig.client.close();
  }
  for (const name of [
    TRANSPARENT,
    `${writeTexAddress(p2pkh.raw, 'zcash-regtest')}.a.b`,
    writeRegtest(sapling),
  ]) {
    const rig = await ZcashRig.connect(port, SMALL.equihash, name);
    assert.equal((await rig.submit(await rig.solve((value) => value <= rig.target))).result, true);
    rig.client.close();
  }
  const kept = [...readShares(data)].map(({ account, worker }) => [account, worker]);
  assert.deepEqual(kept.slice(0, 4), Array(4).fill([wanted, `${wanted}.rig1`]));
  const tex = writeTexAddress(p2pkh.raw, 'zcash-regtest');
  assert.deepEqual(kept.slice(4), [
    [TRANSPARENT, TRANSPARENT],
    [tex, `${tex}.a.b`],
    [writeRegtest(sapling), writeRegtest(sapling)],
  ]);
});

test('a TrueStratum port whose accounts are addresses checks them at login, and has one account for one payee', async (context) => {
  const { port, data } = await trueChain(context);
  assert.equal(
    await refusal(port, 'miner1'),
    'The account must be an address: an address of TrueChain is 0x and 40 hex digits',
  );
  const mixed = writeTrueChainAddress(decodeHex('5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'));
  assert.match(await refusal(port, `${mixed.replace('aA', 'AA')}.rig1`), /checksum, and it is wrong/);
  for (const name of [mixed, mixed.toLowerCase(), `${mixed}.rig1`]) {
    const rig = await TrueRig.connect(port, name);
    const share = await rig.solve((block, fruit) => block <= rig.target || fruit <= rig.target);
    assert.equal((await rig.submit(share)).result, true);
    rig.client.close();
  }
  const small = mixed.toLowerCase();
  const kept = [...readShares(data)].map(({ account, worker }) => [account, worker]);
  assert.deepEqual(kept, [
    [small, small],
    [small, small],
    [small, `${small}.rig1`],
  ]);
});

test('a list of workers lets a payee in under each spelling of it', async (context) => {
  const mixed = writeTrueChainAddress(decodeHex('5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'));
  const { port } = await trueChain(context, { allow: [mixed] });
  const rig = await TrueRig.connect(port, mixed.toLowerCase());
  assert.ok(await rig.job());
  rig.client.close();
  assert.match(await refusal(port, `0x${'11'.repeat(20)}`), /not on the list/);
});

async function trueChain(
  context: TestContext,
  access: { readonly allow?: readonly string[] } = {},
): Promise<{ readonly port: number; readonly data: string }> {
  const data = temporaryFolder(context);
  const devnet = await startTrueChainDevnet({ difficulty: 64n, fruitDifficulty: 16n, fastBlockSeconds: 0.2 });
  const chain = trueChainPool(devnet.url, { access: { ...address, ...access } });
  const { pool, portOf } = await startPool(data, [chain], { accountsOf });
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  return { port: portOf('truechain'), data };
}
