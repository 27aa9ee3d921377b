import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readShares } from '@adit/journal';
import { decodeHex, readUint32LE, targetFromBits } from '@adit/primitives';
import { codeOf, LineClient, textOf } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import type { PoolEvent } from '../src/events.ts';
import { OPERATOR, soloBench } from './support/solo.ts';

const ALICE = 'a1'.repeat(20);
const BOB = 'b0'.repeat(20);
/** The devnet's subsidy without funding stream and lockbox; its transactions pay fees beside it. */
const LEAST_REWARD = 125_000_000n;

const blocksIn = (events: readonly PoolEvent[]) =>
  events.flatMap((event) => (event.kind === 'block_found' ? [event] : []));

/** Mines until the pool has found one more block. */
async function mineBlock(
  rig: ZcashRig,
  bench: { readonly events: readonly PoolEvent[]; readonly devnet: { readonly height: number } },
) {
  const { height } = bench.devnet;
  const found = blocksIn(bench.events).length;
  const job = await rig.job();
  const network = targetFromBits(readUint32LE(decodeHex(job[6])));
  const answer = await rig.submit(await rig.solve((value) => value <= network, job));
  assert.equal(answer.result, true, textOf(answer));
  const block = blocksIn(bench.events)[found];
  assert.ok(block !== undefined, 'the share was no block');
  await until('the node has it', () => bench.devnet.height === height + 1);
  return block;
}

for (const coinbaseVersion of [4, 5, 6] as const)
  test(`each address gets the blocks that it finds, less the fee, with coinbases of version ${coinbaseVersion}`, async (context) => {
    const bench = await soloBench(context, { solo: { feePpm: 12_500 }, node: { coinbaseVersion } });
    const alice = await ZcashRig.connect(bench.port, SMALL.equihash, `${ALICE.toUpperCase()}.rig1`);
    const bob = await ZcashRig.connect(bench.port, SMALL.equihash, `${BOB}.rig1`);
    assert.notDeepEqual((await alice.job())[3], (await bob.job())[3], 'both have one merkle root');
    for (const [rig, address] of [
      [alice, ALICE],
      [bob, BOB],
      [alice, ALICE],
    ] as const) {
      const [, , before] = await rig.job();
      const block = await mineBlock(rig, bench);
      assert.equal(block.paid, 'solo-block');
      const [own, fee, ...streams] = await bench.paidBy(block.id);
      assert.ok(own !== undefined && fee !== undefined && streams.length === 1);
      assert.equal(own[0], address);
      assert.equal(fee[0], OPERATOR);
      const reward = own[1] + fee[1];
      assert.ok(reward >= LEAST_REWARD, String(reward));
      assert.equal(fee[1], (reward * 12_500n) / 1_000_000n);
      await until('the job of the new tip', () => rig.client.last('mining.notify')?.[2] !== before);
    }
    await bench.pool.stop();
    const shares = [...readShares(bench.data)];
    assert.deepEqual(
      shares.map(({ account, outcome, paid }) => [account, outcome, paid]),
      [
        [ALICE, 'block', 'solo-block'],
        [BOB, 'block', 'solo-block'],
        [ALICE, 'block', 'solo-block'],
      ],
    );
  });

test('connections of one address share its works, and a share of one address is nothing for another', async (context) => {
  const bench = await soloBench(context, { node: { initialTarget: 1n << 240n } });
  const rigs = await Promise.all(
    [`${ALICE}.a`, `${ALICE}.b`, `${BOB}.a`].map((name) =>
      ZcashRig.connect(bench.port, SMALL.equihash, name),
    ),
  );
  const jobs = await Promise.all(rigs.map((rig) => rig.job()));
  const [first, second, other] = jobs;
  const [a, , b] = rigs;
  assert.ok(
    first !== undefined && second !== undefined && other !== undefined && a !== undefined && b !== undefined,
  );
  assert.equal(first[3], second[3]);
  assert.notEqual(first[3], other[3]);
  // Bob hashes the job of Alice with his own nonce1.
  const stolen = await b.solve((value, target) => value <= target, [other[0], ...first.slice(1)]);
  const answer = await b.submit(stolen);
  assert.notEqual(answer.result, true);
  const good = await a.submit(await a.solve((value, target) => value <= target));
  assert.equal(good.result, true, textOf(good));
});

test('a login whose account is not an address is refused with the reason, and so is a second address', async (context) => {
  const bench = await soloBench(context);
  const client = await LineClient.connect(bench.port);
  await client.request('mining.subscribe', ['test']);
  const refused = await client.request('mining.authorize', ['alice.rig1', 'x']);
  assert.equal(codeOf(refused), 24);
  assert.match(textOf(refused), /this is not an address/);
  assert.equal((await client.request('mining.authorize', [`${ALICE}.1`, 'x'])).result, true);
  assert.equal((await client.request('mining.authorize', [`${ALICE}.2`, 'x'])).result, true);
  const other = await client.request('mining.authorize', [`${BOB}.1`, 'x']);
  assert.match(textOf(other), /one account/);
  client.close();
});

test('a port takes no more addresses than it may have, and an address is forgotten with its last connection', async (context) => {
  const bench = await soloBench(context, { solo: { most: 1 } });
  const alice = await ZcashRig.connect(bench.port, SMALL.equihash, ALICE);
  const again = await ZcashRig.connect(bench.port, SMALL.equihash, `${ALICE}.2`);
  await again.job();
  const client = await LineClient.connect(bench.port);
  await client.request('mining.subscribe', ['test']);
  assert.match(textOf(await client.request('mining.authorize', [BOB, 'x'])), /already mines for 1 addresses/);
  const left = () => bench.events.filter(({ kind }) => kind === 'disconnected').length;
  alice.client.close();
  again.client.close();
  await until('both have left', () => left() === 2);
  assert.equal((await client.request('mining.authorize', [BOB, 'x'])).result, true);
  client.close();
});

test('a list of workers holds under each spelling of an address, also when it was loaded while the port was full', async (context) => {
  const bench = await soloBench(context, { solo: { most: 1 } });
  const alice = await ZcashRig.connect(bench.port, SMALL.equihash, ALICE);
  await alice.job();
  bench.reload({ allow: [BOB.toUpperCase()] });
  alice.client.close();
  await until('she has left', () => bench.events.some(({ kind }) => kind === 'disconnected'));
  const client = await LineClient.connect(bench.port);
  await client.request('mining.subscribe', ['test']);
  const refused = await client.request('mining.authorize', [ALICE, 'x']);
  assert.match(textOf(refused), /not on the list/);
  const answer = await client.request('mining.authorize', [BOB, 'x']);
  assert.equal(answer.result, true, textOf(answer));
  client.close();
});

test('blocks pay the operator, and an event says why, where the coinbase has no output for its address', async (context) => {
  const bench = await soloBench(context, { address: '77'.repeat(20) });
  const off = bench.events.filter((event) => event.kind === 'block_pay');
  const rig = await ZcashRig.connect(bench.port, SMALL.equihash, ALICE);
  const block = await mineBlock(rig, bench);
  assert.equal(block.paid, undefined);
  const [own] = await bench.paidBy(block.id);
  assert.equal(own?.[0], OPERATOR);
  const told = bench.events.filter((event) => event.kind === 'block_pay');
  assert.ok(off.length <= told.length);
  assert.deepEqual(
    told.map((event) => (event.kind === 'block_pay' ? event.off : '')),
    ['no_output'],
  );
});

test('across an upgrade of the chain a block pays whom its record says, and the address again soon', async (context) => {
  const bench = await soloBench(context, { node: { nu7Height: 3 } });
  const rig = await ZcashRig.connect(bench.port, SMALL.equihash, ALICE);
  const paid: (string | undefined)[] = [];
  // A work that pays the operator is replaced within a second or so, and goes out at the first tip of NU7 only.
  while (paid.length < 6 && !(paid.length > 3 && paid.at(-1) === 'solo-block')) {
    const [, , before] = await rig.job();
    const block = await mineBlock(rig, bench);
    const [own, ...streams] = await bench.paidBy(block.id);
    assert.equal(own?.[0], block.paid === 'solo-block' ? ALICE : OPERATOR);
    assert.equal(streams.length, 1);
    paid.push(block.paid);
    await until('the job of the new tip', () => rig.client.last('mining.notify')?.[2] !== before);
  }
  assert.deepEqual([paid[0], paid[1], paid.at(-1)], ['solo-block', 'solo-block', 'solo-block']);
});
