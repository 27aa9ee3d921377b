import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { transparentScript } from '@adit/chain';
import { poolToml, type TomlTable, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { type Receiver, writeAddress, writeTexAddress, writeUnifiedAddress } from '@adit/wallets';
import { blockPayeeFaults, payeeReaders } from '../src/check/block-payees.ts';
import { loadConfig } from '../src/config/load.ts';
import { payeeReaderOf } from '../src/config/zcash/block-payees.ts';
import { RECEIVERS, TRANSPARENT } from './support/regtest-addresses.ts';

const { p2pkh, sapling, orchard } = RECEIVERS;
const P2SH: Receiver = { kind: 'p2sh', raw: new Uint8Array(20).fill(7) };

function fileWith(context: TestContext, chain: TomlTable, port: TomlTable): string {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml([zcashToml(undefined, { chain, ports: [port] })]));
  return file;
}

test('a block pays public key hashes and script hashes, and unified addresses by such a receiver', () => {
  const read = payeeReaderOf('zcash-devnet');
  assert.ok(read !== undefined);
  const own = { account: TRANSPARENT, script: transparentScript('p2pkh', p2pkh.raw) };
  assert.deepEqual(read(TRANSPARENT), own);
  assert.deepEqual(read(writeUnifiedAddress([orchard, p2pkh], 'zcash-regtest')), own);
  assert.deepEqual(read(writeUnifiedAddress([sapling, p2pkh], 'zcash-regtest').toUpperCase()), own);
  const script = writeAddress(P2SH, 'zcash-regtest');
  assert.deepEqual(read(script), { account: script, script: transparentScript('p2sh', P2SH.raw) });
});

test('a block pays neither shielded addresses, TEX addresses, those of other networks, nor names', () => {
  const read = payeeReaderOf('zcash-regtest');
  for (const [address, words] of [
    [writeAddress(sapling, 'zcash-regtest'), /transparent addresses only/],
    [writeUnifiedAddress([orchard, sapling], 'zcash-regtest'), /transparent addresses only/],
    [writeTexAddress(p2pkh.raw, 'zcash-regtest'), /a TEX address takes no coins of a coinbase/],
    ['t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs', /this is an address of Zcash, and one of/],
    [`${TRANSPARENT.slice(0, -1)}x`, /checksum/],
    ['alice', /this is not an address/],
  ] as const) {
    const payee = read?.(address);
    assert.ok(payee !== undefined && 'fault' in payee, address);
    assert.match(payee.fault, words);
  }
  assert.equal(payeeReaderOf('pirate'), undefined);
});

test('a pool without a port that pays in the block loads nothing that reads addresses', async (context) => {
  const config = loadConfig(fileWith(context, {}, {}));
  assert.deepEqual(await payeeReaders(config), {});
  assert.deepEqual(await blockPayeeFaults(config), []);
});

test("the operator's address and the workers of a port that pays in the block must be payees", async (context) => {
  const right = loadConfig(
    fileWith(
      context,
      { miner_address: TRANSPARENT },
      { pay: 'solo-block', workers: [`${TRANSPARENT}.rig1`] },
    ),
  );
  assert.deepEqual(await blockPayeeFaults(right), []);
  const { payeesOf } = await payeeReaders(right);
  assert.ok(payeesOf?.('zcash-devnet') !== undefined);
  const wrong = loadConfig(
    fileWith(context, { miner_address: 'alice' }, { pay: 'solo-block', workers: ['bob.rig1', TRANSPARENT] }),
  );
  assert.deepEqual(
    (await blockPayeeFaults(wrong)).map(({ key, message }) => `${key}: ${message}`),
    [
      "chain[0].miner_address: found alice: this is not an address of Zcash's Regtest",
      "chain[0].ports[0].workers[0]: found bob.rig1: this is not an address of Zcash's Regtest",
    ],
  );
});

const REFUSED: readonly { what: string; chain: TomlTable; port: TomlTable; words: RegExp }[] = [
  {
    what: 'without miner_address',
    chain: {},
    port: { pay: 'solo-block' },
    words: /miner_address: is missing/,
  },
  {
    what: 'without proposals',
    chain: { miner_address: TRANSPARENT, propose_first: false },
    port: { pay: 'solo-block' },
    words: /propose_first: found false/,
  },
  {
    what: 'with jobs before the login',
    chain: { miner_address: TRANSPARENT },
    port: { pay: 'solo-block', job_on_subscribe: true },
    words: /job_on_subscribe: found true/,
  },
  {
    what: 'with a fee that is finer than millionths',
    chain: { miner_address: TRANSPARENT },
    port: { pay: 'solo-block', block_fee_percent: 0.12345 },
    words: /block_fee_percent: found 0.12345, expected at most 4 digits/,
  },
  {
    what: 'that leaves the fee without the way of paying',
    chain: {},
    port: { block_fee_percent: 1 },
    words: /block_fee_percent: is for ports with pay = "solo-block"/,
  },
];

for (const { what, chain, port, words } of REFUSED) {
  test(`a configuration ${what} is refused`, (context) => {
    assert.throws(() => loadConfig(fileWith(context, chain, port)), {
      code: 'ADIT_BAD_CONFIG',
      message: words,
    });
  });
}

test('on TrueChain the keys are errors that name the family that has them', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(
    file,
    poolToml([
      trueChainToml(undefined, { chain: { miner_address: '0x00' }, ports: [{ pay: 'solo-block' }] }),
    ]),
  );
  assert.throws(
    () => loadConfig(file),
    (error: Error) => {
      assert.match(error.message, /chain\[0\]\.miner_address: .*Zcash family/);
      assert.match(error.message, /chain\[0\]\.ports\[0\]\.pay: .*zcash ports/);
      return true;
    },
  );
});

test('a chain whose blocks should pay all of its miners is refused, since that is not there yet', (context) => {
  const file = fileWith(context, {}, {});
  appendFileSync(file, '\n[chain.money]\npay = "block"\n');
  assert.throws(
    () => loadConfig(file),
    /found "pay".*blocks that pay all miners of a chain are not there yet/,
  );
});
