import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { wholeCoins } from '@adit/money';
import { encodeHex } from '@adit/primitives';
import { poolToml, type TomlTable, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { receiverFromKey, writeAddress } from '@adit/wallets';
import { rewardAddressFaults } from '../src/check/reward-addresses.ts';
import { coinsToUnits } from '../src/config/coins.ts';
import { loadConfig } from '../src/config/load.ts';
import { configSchema } from '../src/config/schema.ts';
import { rewardIncome } from '../src/config/zcash/reward-addresses.ts';

const REWARDS = {
  reward_addresses: [writeAddress(receiverFromKey(`p2pkh:${'11'.repeat(20)}`), 'zcash-regtest')],
};
const CAPS = { payment_cap: '10', batch_cap: '100', day_cap: '500' };
const ZECD = {
  kind: 'zecd',
  url: 'http://127.0.0.1:1',
  user: 'adit',
  password_file: './wallet-password',
  address: 'u1own',
};

function faultOf(context: TestContext, given: Record<string, TomlTable>, family = zcashToml): string {
  const tables = { ...given, money: { ...(family === zcashToml ? REWARDS : {}), ...given['money'] } };
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml([family(undefined, { tables })]));
  try {
    loadConfig(file);
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'adit.toml');
  }
  return 'no fault';
}

test('a chain with a scheme alone keeps books and pays nobody', (context) => {
  assert.equal(faultOf(context, { money: { scheme: 'pplns', fee_percent: 0.07 } }), 'no fault');
});

test('payments by themselves need a wallet and all three caps', (context) => {
  const fault = faultOf(context, { money: { payouts: 'auto', payment_cap: '1' } });
  assert.match(fault, /chain\[0\]\.money\.batch_cap: is missing/);
  assert.match(fault, /chain\[0\]\.money\.day_cap: is missing/);
  assert.match(fault, /chain\[0\]\.money\.wallet: is missing/);
  assert.doesNotMatch(fault, /payment_cap: is missing/);
  assert.equal(faultOf(context, { money: { payouts: 'auto', ...CAPS }, 'money.wallet': ZECD }), 'no fault');
});

test('a wallet without its address, or of another family, is a fault at its key', (context) => {
  const { address: _left, ...without } = ZECD;
  const money = { payouts: 'plan' };
  assert.match(
    faultOf(context, { money, 'money.wallet': without }),
    /chain\[0\]\.money\.wallet\.address: is missing/,
  );
  assert.match(
    faultOf(context, { money, 'money.wallet': ZECD }, trueChainToml),
    /chain\[0\]\.money\.wallet\.kind: found "zecd", expected one of truechain on this network/,
  );
});

test('an amount has no more digits than its coin, a fee none that the books would round', (context) => {
  assert.match(
    faultOf(context, { money: { minimum: '0.000000001' } }),
    /chain\[0\]\.money\.minimum: found "0\.000000001", expected .* at most 8 digits/,
  );
  assert.equal(faultOf(context, { money: { minimum: '0.000000001' } }, trueChainToml), 'no fault');
  assert.match(
    faultOf(context, { money: { minimum: '-1' } }),
    /minimum: found "-1", expected an amount of whole coins/,
  );
  assert.match(faultOf(context, { money: { fee_percent: 0.00015 } }), /fee_percent: found 0\.00015/);
});

test('amounts of coins become units and come back to the digit', () => {
  const zec = { symbol: 'ZEC', decimals: 8 };
  for (const units of [0n, 1n, 99_999_999n, 100_000_000n, 21n * 10n ** 14n])
    assert.equal(coinsToUnits(wholeCoins(units, zec.decimals), zec), units);
  assert.equal(wholeCoins(-500_000n, 8), '-0.00500000');
  assert.equal(wholeCoins(5n, 0), '5');
});

test('a chain of the Zcash family says to which addresses its blocks pay, each with its checksum', async (context) => {
  const missing = faultOf(context, { money: { reward_addresses: undefined } });
  assert.match(missing, /chain\[0\]\.money\.reward_addresses: is missing: expected the node's miner_address/);
  const [good = ''] = REWARDS.reward_addresses;
  assert.equal(faultOf(context, { money: {} }, trueChainToml), 'no fault');
  const config = configSchema.parse({
    chain: [
      {
        ...zcashToml().keys,
        nodes: zcashToml().nodes,
        ports: zcashToml().ports,
        money: { reward_addresses: [good, `${good.slice(0, -1)}1`] },
      },
    ],
  });
  const [fault, ...more] = await rewardAddressFaults(config);
  assert.deepEqual([fault?.key, more], ['chain[0].money.reward_addresses', []]);
  assert.match(fault?.message ?? '', /^found tm/);
});

test('an address becomes the script that a coinbase pays to', () => {
  const income = rewardIncome('zcash-devnet-48_5', REWARDS.reward_addresses);
  assert.equal(income.isShielded, false);
  assert.deepEqual(income.scripts.map(encodeHex), [`76a914${'11'.repeat(20)}88ac`]);
});

test('books in PostgreSQL are named by an address without a password, which no message shows', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  const faultOf = (ledger: TomlTable) => {
    writeFileSync(file, poolToml([zcashToml()], { ledger }));
    try {
      return `${loadConfig(file).ledger.database} is right`;
    } catch (error) {
      return (error as Error).message.replaceAll(file, 'adit.toml');
    }
  };
  for (const right of [
    'postgresql://adit@db.example/books',
    'postgres://adit@[::1]:5433/books?sslmode=disable',
    'postgresql://adit@/books?host=/var/run/postgresql',
  ])
    assert.equal(faultOf({ database: right, password_env: 'PGPW' }), `${right} is right`);
  for (const wrong of [
    'postgresql://adit:secret@db.example/books',
    'postgresql://adit@db.example/books?password=secret',
    'postgresql://secret',
    'postgresql://adit@/books',
    'mysql://secret@db.example/books',
  ]) {
    const fault = faultOf({ database: wrong });
    assert.match(
      fault,
      /ledger\.database: .*expected a path, or postgresql:\/\/user@host:5432\/database without a password/,
    );
    assert.doesNotMatch(fault, /secret/);
  }
  assert.match(faultOf({ database: 'leases.db' }), /ledger\.database: found a file of the pool/);
  assert.match(faultOf({ password_env: 'PGPW' }), /ledger\.password_env: a file of SQLite has no password/);
});
