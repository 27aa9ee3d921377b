import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonRpcClient } from '@adit/rpc';
import { startZcashDevnet } from '../../../devnet/src/zcash/devnet.ts';
import { CHAIN } from '../../../devnet/test/zcash/mining.ts';
import { readPlace } from '../../src/zcash/node-answers.ts';
import { NodeBroadcaster } from '../../src/zcash/node-broadcaster.ts';
import { NodeWitness } from '../../src/zcash/node-witness.ts';
import { begun, ended, payment, type Rig, withWallets } from '../zecd/rig.ts';

/** A rig with a second node that follows the first, and a third address where nobody answers. */
async function withNodes(
  use: (
    rig: Rig,
    nodes: {
      readonly second: Awaited<ReturnType<typeof startZcashDevnet>>;
      readonly clients: readonly JsonRpcClient[];
    },
  ) => Promise<void>,
): Promise<void> {
  await withWallets({ rewards: 1 }, async (rig) => {
    const second = await startZcashDevnet({ chain: CHAIN, follow: rig.devnet.url, mempoolSeconds: 0 });
    const gone = await startZcashDevnet({ chain: CHAIN, mempoolSeconds: 0 });
    await gone.close();
    const clients = [rig.devnet, second, gone].map(({ url }) => new JsonRpcClient({ url, retries: 0 }));
    try {
      await use(rig, { second, clients });
    } finally {
      for (const client of clients) client.close();
      await second.close();
    }
  });
}

async function pay({ driver, miners }: Rig): Promise<string> {
  const answer = await ended(driver, await begun(driver, payment('1', { [miners.address]: 10_000_000n })));
  assert.ok(answer.kind === 'done');
  return answer.txid;
}

test('two nodes that agree say where a transaction is, and a third that is silent changes nothing', async () => {
  await withNodes(async (rig, { second, clients }) => {
    const witness = new NodeWitness({}, { nodes: clients });
    assert.equal(witness.configuredNodes, 3);
    const txid = await pay(rig);
    assert.deepEqual(await witness.place(txid), { kind: 'absent' });
    rig.mine(2);
    await second.exchange();
    const place = await witness.place(txid);
    assert.ok(place.kind === 'mined' && place.depth === 2 && place.fee !== null && place.fee >= 25_000n);
    assert.deepEqual(await witness.tip(), {
      height: rig.devnet.height,
      hash: place.kind === 'mined' ? (await witness.hashesAt(rig.devnet.height))[0]?.hash : '',
    });
    assert.deepEqual(
      (await witness.hashesAt(rig.devnet.height)).map(({ hash }) => hash === null),
      [false, false, true],
    );
    assert.deepEqual(
      (await witness.hashesAt(99_999)).map(({ hash }) => hash),
      [null, null, null],
    );
  });
});

test('nodes that contradict each other, or too few that answer, make it unsure', async () => {
  await withNodes(async (rig, { second, clients }) => {
    const [first, , gone] = clients;
    assert.ok(first !== undefined && gone !== undefined);
    const txid = await pay(rig);
    rig.mine(1);
    await second.exchange();
    const two = new NodeWitness({}, { nodes: [first, gone] });
    assert.deepEqual(await two.place(txid), { kind: 'unsure' });
    assert.equal(await two.tip(), undefined);
    const lone = new NodeWitness({}, { nodes: [first] });
    assert.equal((await lone.place(txid)).kind, 'mined');
    assert.equal((await lone.tip())?.height, rig.devnet.height);
    // The second node knows a longer branch without the payment, and has not told anybody.
    const ahead = await startZcashDevnet({ chain: CHAIN, mempoolSeconds: 0, mempoolTransactions: 0 });
    const strange = new JsonRpcClient({ url: ahead.url });
    const split = new NodeWitness({}, { nodes: [first, strange] });
    assert.deepEqual(await split.place(txid), { kind: 'unsure' });
    ahead.mineBlock();
    assert.equal(await split.tip(), undefined, 'two chains at one height');
    strange.close();
    await ahead.close();
  });
});

test('blocks come as one chain with their txids, and with their transparent inputs where they are wanted', async () => {
  await withNodes(async (rig, { clients }) => {
    const [first, , gone] = clients;
    assert.ok(first !== undefined && gone !== undefined);
    const height = rig.devnet.height;
    const blocks = await new NodeWitness({ readsSpends: true }, { nodes: [gone, first] }).blocks(0, height);
    assert.equal(blocks.length, height + 1);
    assert.ok(blocks.every(({ previous }, i) => i === 0 || previous === blocks[i - 1]?.hash));
    const coinbase = blocks[1]?.txids[0];
    assert.deepEqual(
      blocks.flatMap(({ spends = [] }) => spends),
      [`${coinbase}:0`],
      'the shielding spends the reward',
    );
    const short = await new NodeWitness({}, { nodes: [first] }).blocks(1, 2);
    assert.ok(short.every(({ spends }) => spends === undefined));
    await assert.rejects(new NodeWitness({}, { nodes: [first] }).blocks(0, height + 1), {
      code: 'ADIT_RPC_ERROR',
    });
    await assert.rejects(new NodeWitness({}, { nodes: [gone] }).nextUpgrade(), {
      code: 'ADIT_RPC_UNREACHABLE',
    });
  });
});

test('the next upgrade is the nearest that a node announces', async () => {
  const devnet = await startZcashDevnet({ chain: CHAIN, mempoolSeconds: 0, nu7Height: 5 });
  const client = new JsonRpcClient({ url: devnet.url });
  const witness = new NodeWitness({}, { nodes: [client] });
  assert.equal(await witness.nextUpgrade(), 5);
  for (let i = 0; i < 5; i += 1) devnet.mineBlock();
  assert.equal(await witness.nextUpgrade(), null);
  client.close();
  await devnet.close();
});

test('bytes go to every node, and one that has taken them is enough', async () => {
  await withNodes(async (rig, { second, clients }) => {
    rig.wallet.order({ nextSend: 'never_sent' });
    const txid = await pay(rig);
    const raw = await rig.driver.rawTransaction(txid);
    assert.ok(raw !== null);
    await second.exchange();
    const broadcaster = new NodeBroadcaster({ nodes: clients });
    assert.equal((await broadcaster.send(raw)).kind, 'taken');
    assert.equal((await broadcaster.send(raw)).kind, 'known');
    const broken = raw.slice(0, -1);
    assert.equal((await broadcaster.send(broken)).kind, 'refused');
    const [, , gone] = clients;
    assert.ok(gone !== undefined);
    assert.equal((await new NodeBroadcaster({ nodes: [gone] }).send(raw)).kind, 'no_answer');
    assert.throws(() => new NodeBroadcaster({ nodes: [] }), { code: 'ADIT_BAD_OPTION' });
    assert.throws(() => new NodeWitness({}, { nodes: [] }), { code: 'ADIT_BAD_OPTION' });
  });
});

test('a transaction on a side chain is absent', async () => {
  await withNodes(async (rig, { clients }) => {
    const [first] = clients;
    assert.ok(first !== undefined);
    const txid = await pay(rig);
    rig.mine(1);
    const lone = new NodeWitness({}, { nodes: [first] });
    assert.equal((await lone.place(txid)).kind, 'mined');
    rig.wallet.order({ resends: false });
    rig.devnet.reorg(1);
    rig.devnet.dropPayments();
    assert.deepEqual(await lone.place(txid), { kind: 'absent' });
  });
});

test('a height alone does not make a transaction mined: a node may give one on a side chain, too', () => {
  const answer = { height: 7, blockhash: 'ab'.repeat(32), confirmations: 3, vin: [], vout: [] };
  assert.equal(readPlace({ ...answer, in_active_chain: true }).kind, 'mined');
  assert.equal(readPlace({ ...answer, in_active_chain: false }).kind, 'absent');
  assert.equal(readPlace({ ...answer, height: -1 }).kind, 'absent');
  assert.throws(() => readPlace({ ...answer, blockhash: 'ab' }), { code: 'ADIT_BAD_FIELD' });
});

test('the fee is what leaves the pools and is not paid transparently; with transparent inputs nobody looks it up', () => {
  const fees = {
    valueBalanceZat: -1_000,
    ironwood: { valueBalanceZat: 50_000 },
    vout: [{ valueZat: 9_000 }],
  };
  const mined = { height: 7, blockhash: 'ab'.repeat(32), confirmations: 3, in_active_chain: true, ...fees };
  const feeOf = (vin: readonly unknown[]) => {
    const place = readPlace({ ...mined, vin });
    return place.kind === 'mined' ? place.fee : undefined;
  };
  assert.equal(feeOf([]), 40_000n);
  assert.equal(feeOf([{ txid: 'cd'.repeat(32), vout: 0 }]), null);
});
