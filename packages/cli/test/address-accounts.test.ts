import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { writeUnifiedAddress } from '@adit/wallets';
import { accountAddressFaults, accountReaders } from '../src/check/account-addresses.ts';
import { accountReaderOf } from '../src/config/account-addresses.ts';
import { loadConfig } from '../src/config/load.ts';
import { moneySchema } from '../src/config/money-keys.ts';
import type { Config } from '../src/config/schema.ts';
import { RECEIVERS, TRANSPARENT } from './support/regtest-addresses.ts';

function configOf(
  context: TestContext,
  port: Record<string, unknown>,
  aliases: Record<string, string> = {},
): Config {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  const tables = Object.keys(aliases).length === 0 ? {} : { aliases };
  writeFileSync(file, poolToml([zcashToml(undefined, { tables })]));
  const config = loadConfig(file);
  return {
    ...config,
    chain: config.chain.map((chain) => ({
      ...chain,
      ports: chain.ports.map((one) => ({ ...one, ...port })),
    })) as Config['chain'],
  };
}

test('without accounts = "address" a pool loads nothing that reads addresses', async (context) => {
  const config = configOf(context, {}, { bob: 'alice' });
  assert.deepEqual(await accountReaders(config), {});
  assert.deepEqual(await accountAddressFaults(config), []);
  assert.equal(config.chain[0]?.ports[0]?.accounts, 'name');
});

test('aliases and workers of a port whose accounts are addresses must be addresses of its network', async (context) => {
  const unified = writeUnifiedAddress([RECEIVERS.orchard, RECEIVERS.sapling], 'zcash-regtest');
  const right = configOf(
    context,
    { accounts: 'address', workers: [`${TRANSPARENT}.rig1`, unified] },
    { bob: TRANSPARENT },
  );
  assert.deepEqual(await accountAddressFaults(right), []);
  const wrong = configOf(
    context,
    { accounts: 'address', workers: [unified, 'carol.rig1', 't1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs'] },
    { bob: 'alice' },
  );
  assert.deepEqual(
    (await accountAddressFaults(wrong)).map(({ key, message }) => `${key}: ${message}`),
    [
      "chain[0].aliases: found alice: this is not an address of Zcash's Regtest",
      "chain[0].ports[0].workers[1]: found carol.rig1: this is not an address of Zcash's Regtest",
      "chain[0].ports[0].workers[2]: found t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs: this is an address of Zcash, and one of Zcash's Regtest is needed",
    ],
  );
});

test('addresses of a network that nobody knows cannot be accounts', async (context) => {
  const config = configOf(context, { accounts: 'address' });
  const unknown = config.chain.map((chain) => ({ ...chain, network: 'pirate' })) as Config['chain'];
  const [fault] = await accountAddressFaults({ ...config, chain: unknown });
  assert.deepEqual(fault, {
    key: 'chain[0].ports[0].accounts',
    message: 'found "address", and addresses of pirate cannot be read; expected "name"',
  });
});

test('a miner chooses its scheme before its address, among those of the chain, and both spellings are one account', () => {
  const unified = writeUnifiedAddress([RECEIVERS.orchard, RECEIVERS.sapling], 'zcash-regtest');
  const read = accountReaderOf('zcash-regtest', ['solo']);
  const plain = read?.(unified);
  assert.ok(plain !== undefined && 'account' in plain);
  const account = `solo:${plain.account}`;
  assert.deepEqual(read?.(`solo:${unified}`), { account });
  assert.deepEqual(read?.(`solo:${unified.toUpperCase()}`), { account });
  assert.deepEqual(read?.(`pps:${unified}`), { fault: 'the scheme "pps" cannot be chosen here' });
  assert.ok('fault' in (read?.('solo:ann') ?? {}) && 'fault' in (read?.('solo:') ?? {}));
  assert.ok('fault' in (accountReaderOf('zcash-regtest')?.(`solo:${unified}`) ?? {}));
});

test('miners of all chains of a network choose among the schemes of its money, which stands at one of them', async (context) => {
  const config = configOf(context, { accounts: 'address', workers: [`solo:${TRANSPARENT}`] });
  const money = moneySchema.parse({ miners_may_choose: ['solo'] });
  for (const places of [
    [money, undefined],
    [undefined, money],
  ]) {
    const chain = places.flatMap((one) => config.chain.map((each) => ({ ...each, money: one })));
    const both = { ...config, chain: chain as Config['chain'] };
    const { accountsOf } = await accountReaders(both);
    const network = config.chain[0]?.network ?? '';
    const account = `solo:${TRANSPARENT}`;
    assert.deepEqual(accountsOf?.(network)?.(account), { account });
    assert.deepEqual(await accountAddressFaults(both), []);
  }
});
