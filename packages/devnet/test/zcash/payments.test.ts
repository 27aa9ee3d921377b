import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minedBlock, type Rig, withDevnet } from './mining.ts';

const OPTIONS = { coinbaseMaturity: 2, mempoolTransactions: 0 };

/** Mines a reward for the wallet, and lets it mature. */
async function reward({ devnet, node, template, clock }: Rig): Promise<void> {
  clock.seconds += 20;
  assert.equal((await node.submitBlock(minedBlock(await template()))).kind, 'accepted');
  for (let i = 0; i < 2; i += 1) {
    clock.seconds += 20;
    devnet.mineBlock();
  }
}

async function wallet(rig: Rig) {
  const opened = await rig.devnet.openWallet();
  const call = async (method: string, ...params: unknown[]) => {
    const body = JSON.stringify({ id: 1, method, params });
    const response = await fetch(opened.url, { method: 'POST', body });
    return { status: response.status, ...((await response.json()) as { result: unknown; error: unknown }) };
  };
  return { opened, call };
}

/** Waits for the only waiting transaction. The wallet's operation ends by itself. */
async function waiting({ node }: Rig): Promise<string> {
  for (;;) {
    const [txid] = (await node.call('getrawmempool', [])) as string[];
    if (txid !== undefined) return txid;
  }
}

test('a payment stands in templates, pool blocks take it with its fee, and the node shows it', async () => {
  await withDevnet(OPTIONS, async (rig) => {
    const { opened, call } = await wallet(rig);
    await reward(rig);
    await call('z_shieldcoinbase', '*', opened.address, null, 0);
    const txid = await waiting(rig);
    const fees = { wanted: 15_000n };
    const work = await rig.template();
    rig.clock.seconds += 20;
    assert.equal((await rig.node.submitBlock(minedBlock(work))).kind, 'accepted');
    const mined = (await rig.node.call('getrawtransaction', [txid, 1])) as Record<string, unknown>;
    assert.deepEqual(
      [mined['in_active_chain'], mined['confirmations'], mined['height']],
      [true, 1, rig.devnet.height],
    );
    assert.deepEqual(mined['ironwood'], { valueBalanceZat: -(125_000_000 - Number(fees.wanted)) });
    const block = (await rig.node.call('getblock', [String(rig.devnet.height), 2])) as {
      tx: { txid: string }[];
    };
    assert.equal(block.tx[1]?.txid, txid);
    assert.equal(rig.devnet.balance().mature + rig.devnet.balance().immature, 250_000_000n + fees.wanted);
    await assert.rejects(rig.node.call('getrawtransaction', ['00'.repeat(32), 1]), { rpcCode: -5 });
    await assert.rejects(rig.node.call('sendrawtransaction', ['0500']), { rpcCode: -22 });
    const raw = (await rig.node.call('getrawtransaction', [txid])) as string;
    await assert.rejects(rig.node.call('sendrawtransaction', [raw]), { rpcCode: -25 });
  });
});

test('a block that spends what its branch has spent is refused, and a reorg brings the payment back', async () => {
  await withDevnet(OPTIONS, async (rig) => {
    const { opened, call } = await wallet(rig);
    const twin = await rig.devnet.openWallet();
    await reward(rig);
    twin.order({ nextSend: 'never_sent' });
    opened.order({ nextSend: 'never_sent' });
    const txids: string[] = [];
    for (const one of [opened, twin]) {
      const body = JSON.stringify({ id: 1, method: 'z_shieldcoinbase', params: ['*', one.address, null, 0] });
      await fetch(one.url, { method: 'POST', body });
      for (let raw = ''; raw === ''; ) {
        const list = JSON.stringify({ id: 1, method: 'z_listtransactions', params: [9] });
        const { result } = (await (await fetch(one.url, { method: 'POST', body: list })).json()) as {
          result: { category: string; txid: string }[];
        };
        raw = result.find(({ category }) => category === 'send')?.txid ?? '';
        if (raw !== '') txids.push(raw);
      }
    }
    const [first, second] = txids;
    assert.notEqual(first, second);
    const { result } = await call('gettransaction', first);
    const { hex } = result as { hex: string };
    const other = (await (
      await fetch(twin.url, {
        method: 'POST',
        body: JSON.stringify({ id: 1, method: 'gettransaction', params: [second] }),
      })
    ).json()) as { result: { hex: string } };
    assert.equal(await rig.node.call('sendrawtransaction', [hex]), first);
    await assert.rejects(rig.node.call('sendrawtransaction', [other.result.hex]), { rpcCode: -25 });
    const work = await rig.template();
    const rival = minedBlock(work);
    rig.devnet.mineBlock();
    // The rival's parent is no tip any more: on its own branch nothing is spent yet, so it is good there.
    assert.equal((await rig.node.submitBlock(rival)).kind, 'accepted');
    rig.clock.seconds += 20;
    await assert.rejects(rig.node.call('sendrawtransaction', [other.result.hex]), { rpcCode: -25 });
    rig.devnet.reorg(1);
    assert.deepEqual(await rig.node.call('getrawmempool', []), [first], 'the reorg left it out');
    rig.devnet.dropPayments();
    assert.equal(
      await rig.node.call('sendrawtransaction', [other.result.hex]),
      second,
      'on this branch it is the first',
    );
    rig.devnet.mineBlock();
    assert.deepEqual(await rig.node.call('getrawmempool', []), []);
  });
});

test('the wallet answers as zecd: errors with HTTP 500, unknown methods with 404, and a wrong login with 401', async () => {
  await withDevnet(OPTIONS, async (rig) => {
    const { opened, call } = await wallet(rig);
    assert.equal((await call('getblockcount')).status, 200);
    const refused = await call('z_sendmany', opened.address, []);
    assert.deepEqual([refused.status, refused.result], [500, null]);
    assert.equal((await call('nosuch')).status, 404);
    assert.ok(!('jsonrpc' in refused));
    const locked = await rig.devnet.openWallet({ seed: 'other', user: 'a', password: 'b' });
    const answer = await fetch(locked.url, { method: 'POST', body: '{}' });
    assert.deepEqual([answer.status, await answer.text()], [401, '']);
  });
});

test('z_sendmany refuses as a whole what zecd refuses as a whole', async () => {
  await withDevnet(OPTIONS, async (rig) => {
    const { opened, call } = await wallet(rig);
    const miners = await rig.devnet.openWallet({ seed: 'miners' });
    const one = { address: miners.transparentAddress, amount: '0.01' };
    for (const [entries, code] of [
      [[one, one], -8],
      [[{ ...one, memo: 'ab' }], -8],
      [[{ ...one, amount: 0 }], -8],
      [[{ ...one, extra: 1 }], -8],
      [[{ ...one, amount: '0.123456789' }], -3],
      [[{ ...one, amount: true }], -3],
      [[{ ...one, amount: '-1' }], -3],
      [[{ ...one, address: 't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW' }], -5],
      [[{ ...one, address: `${miners.address.slice(0, -1)}x` }], -5],
      [[{ address: miners.address, amount: '0.01', memo: 'x' }], -8],
    ] as const)
      assert.equal(
        ((await call('z_sendmany', opened.address, entries)).error as { code: number }).code,
        code,
      );
    const { error } = await call('z_sendmany', miners.address, [one]);
    assert.equal((error as { code: number }).code, -5);
    for (const amount of ['1e-3', 1e-7, '0.010000000'])
      assert.equal((await call('z_sendmany', opened.address, [{ ...one, amount }])).status, 200);
  });
});
