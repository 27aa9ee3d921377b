import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HistoryMatch, matchHistory, type WalletPayment } from '@adit/money';
import { NodeBroadcaster } from '../../src/zcash/node-broadcaster.ts';
import { zatoshiFrom } from '../../src/zecd/amounts.ts';
import type { ZecdWallet } from '../../src/zecd/zecd-wallet.ts';
import { begun, ended, expected, payment, type Rig, withWallets } from './rig.ts';

const ZEC = 100_000_000n;

/** What the wallet's history says about a payment. */
async function found(driver: ZecdWallet, wanted: WalletPayment): Promise<HistoryMatch> {
  return matchHistory(expected(wanted), (await driver.history(0)).sends, new Set());
}

/** The transactions of the best chain that are not coinbases. */
async function paidOnChain({ witness, devnet }: Rig): Promise<string[]> {
  return (await witness.blocks(0, devnet.height)).flatMap(({ txids }) => txids.slice(1));
}

/** Txid of a payment that the operation says is done. */
async function done(driver: ZecdWallet, wanted: WalletPayment): Promise<string> {
  const answer = await ended(driver, await begun(driver, wanted));
  assert.ok(answer.kind === 'done', answer.kind);
  return answer.txid;
}

const toMiner = (rig: Rig, batch: string, amount = ZEC / 10n): WalletPayment =>
  payment(batch, { [rig.miners.address]: amount });

test('trap 1: a success with a dead node is no delivery, and the transaction comes when the node is back', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nodeDown: true });
    const wanted = toMiner(rig, '1');
    const txid = await done(rig.driver, wanted);
    assert.deepEqual(await rig.witness.place(txid), { kind: 'absent' });
    assert.deepEqual(await found(rig.driver, wanted), { kind: 'one', txid });
    rig.wallet.order({ nodeDown: false });
    rig.mine(1);
    assert.equal((await rig.witness.place(txid)).kind, 'mined');
  });
});

test('trap 1: a success that no node ever gets can be sent by anybody who keeps the bytes', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nextSend: 'never_sent' });
    const txid = await done(rig.driver, toMiner(rig, '1'));
    rig.mine(2);
    assert.deepEqual(await rig.witness.place(txid), { kind: 'absent' });
    const raw = await rig.driver.rawTransaction(txid);
    assert.ok(raw !== null);
    const broadcaster = new NodeBroadcaster({ nodes: [rig.node] });
    assert.equal((await broadcaster.send(raw)).kind, 'taken');
    assert.equal((await broadcaster.send(raw)).kind, 'known');
    rig.mine(1);
    assert.equal((await rig.witness.place(txid)).kind, 'mined');
    assert.equal((await broadcaster.send(raw)).kind, 'known');
  });
});

test('trap 1: of two wallets on one seed one loses, and both are told success', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const twin = await rig.devnet.openWallet();
    const second = rig.driverOf(twin);
    const first = await done(rig.driver, toMiner(rig, '1'));
    const lost = await done(second, toMiner(rig, '2'));
    rig.mine(1);
    assert.equal((await rig.witness.place(first)).kind, 'mined');
    assert.deepEqual(await rig.witness.place(lost), { kind: 'absent' });
    rig.mine(45);
    const [expired] = (await second.history(0)).sends.filter(({ txid }) => txid === lost);
    assert.equal(expired?.state, 'expired');
  });
});

test('trap 2 and 8: a refusal by the node is a doubt: the transaction is stored, and locks the notes until it expires', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const wanted = toMiner(rig, '1');
    rig.wallet.order({ nextSend: 'error_but_sent' });
    const answer = await ended(rig.driver, await begun(rig.driver, wanted));
    assert.equal(answer.kind, 'doubt');
    const match = await found(rig.driver, wanted);
    assert.ok(match.kind === 'one');
    rig.mine(1);
    assert.equal((await rig.witness.place(match.txid)).kind, 'mined', 'the error was followed by a payment');
  });
});

test('trap 3: a restart forgets operations: nothing happened or all of it, and the history tells which', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ holdProofs: true });
    const killed = toMiner(rig, '1');
    const operation = await begun(rig.driver, killed);
    assert.equal((await rig.driver.poll(operation)).kind, 'running');
    rig.wallet.restart();
    rig.wallet.order({ holdProofs: false });
    assert.equal((await rig.driver.poll(operation)).kind, 'doubt');
    assert.deepEqual(await found(rig.driver, killed), { kind: 'none' }, 'it was killed while it proved');
    const stored = toMiner(rig, '2');
    const second = await begun(rig.driver, stored);
    await ended(rig.driver, second);
    rig.wallet.restart();
    assert.equal((await rig.driver.poll(second)).kind, 'doubt');
    assert.equal((await found(rig.driver, stored)).kind, 'one', 'it was stored');
    rig.mine(1);
    assert.equal((await paidOnChain(rig)).length, 2, 'the shielding and one payment');
  });
});

test('trap 4: what is expired at the tip is mined when that block is replaced', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nextSend: 'never_sent' });
    const wanted = toMiner(rig, '1');
    const txid = await done(rig.driver, wanted);
    const state = async () => (await rig.driver.history(0)).sends.find((send) => send.txid === txid)?.state;
    const expiry = (await rig.driver.history(0)).sends.find((send) => send.txid === txid)?.expiry ?? 0;
    rig.mine(expiry - rig.devnet.height);
    assert.equal(await state(), 'expired');
    const raw = await rig.driver.rawTransaction(txid);
    rig.devnet.forget(1);
    assert.equal(
      (await new NodeBroadcaster({ nodes: [rig.node] }).send(raw ?? new Uint8Array())).kind,
      'taken',
    );
    rig.mine(2);
    assert.equal(await state(), 'mined');
    const place = await rig.witness.place(txid);
    assert.ok(place.kind === 'mined' && place.height === expiry);
  });
});

test('trap 5: a wallet on a dead branch of equal height calls itself synced, and its hash is not that of the node', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const txid = await done(rig.driver, toMiner(rig, '1'));
    rig.mine(3);
    assert.equal((await rig.witness.place(txid)).kind, 'mined');
    rig.wallet.order({ resends: false });
    rig.devnet.forget(3);
    rig.devnet.dropPayments();
    rig.mine(3);
    const { height, hash, isComplete } = await rig.driver.funds();
    assert.ok(isComplete && height === rig.devnet.height);
    const [node] = await rig.witness.hashesAt(height);
    assert.notEqual(node?.hash, hash, 'only this shows it');
    const history = await rig.driver.history(0);
    assert.equal(
      history.sends.find((send) => send.txid === txid)?.state,
      'mined',
      'the wallet still says so',
    );
    assert.deepEqual(await rig.witness.place(txid), { kind: 'absent' }, 'the nodes do not');
    rig.mine(1);
    const later = await rig.driver.history(0);
    assert.equal(later.sends.find((send) => send.txid === txid)?.state, 'waiting');
    rig.wallet.order({ resends: true });
    rig.mine(1);
    assert.equal((await rig.witness.place(txid)).kind, 'mined');
  });
});

test('trap 6: a rebuilt database lacks Sapling payees: a payment that was made is partial there, never absent', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const wanted = payment('1', {
      [rig.miners.saplingAddress]: ZEC / 4n,
      [rig.miners.transparentAddress]: ZEC / 4n,
    });
    const txid = await done(rig.driver, wanted);
    rig.mine(1);
    assert.equal(await rig.driver.remembers([txid]), true);
    rig.wallet.rebuild();
    assert.deepEqual(await found(rig.driver, wanted), { kind: 'partial', txids: [txid] });
    assert.equal(await rig.driver.remembers([txid]), false);
    assert.equal(await rig.driver.remembers(['00'.repeat(32)]), false);
    const { amount } = (await rig.raw.call('gettransaction', [txid])) as { amount: number };
    assert.equal(amount, -0.5, 'the amount is right all the same');
  });
});

test('trap 6: a rebuilt database forgets what was never mined', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nextSend: 'never_sent' });
    const txid = await done(rig.driver, toMiner(rig, '1'));
    assert.equal(await rig.driver.remembers([txid]), true);
    rig.wallet.rebuild();
    assert.equal(await rig.driver.remembers([txid]), false);
    assert.equal(await rig.driver.rawTransaction(txid), null);
  });
});

test('trap 8: one transaction locks most of the balance for 40 blocks', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nextSend: 'never_sent' });
    const before = await rig.driver.funds();
    await done(rig.driver, toMiner(rig, '1', 1_000_000n));
    assert.equal((await rig.driver.funds()).spendable, 0n);
    const second = await ended(rig.driver, await begun(rig.driver, toMiner(rig, '2')));
    assert.equal(second.kind, 'nothing_happened', 'too little to spend: -6');
    rig.mine(41);
    assert.equal((await rig.driver.funds()).spendable, before.spendable);
  });
});

test('trap 9: while a proof runs the driver asks nothing that hangs, and sees that the wallet is not idle', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ holdProofs: true });
    const operation = await begun(rig.driver, toMiner(rig, '1'));
    rig.mine(2);
    const history = await rig.driver.history(0);
    assert.deepEqual(
      [history.isIdle, history.isComplete, history.height],
      [false, false, rig.devnet.height - 2],
    );
    assert.equal((await rig.driver.funds()).isComplete, false);
    assert.equal((await rig.driver.shield()).kind, 'nothing_happened');
    assert.equal((await rig.driver.poll(operation)).kind, 'running');
    await assert.rejects(rig.raw.call('waitforsync', [0], { timeoutMs: 200 }), { code: 'ADIT_RPC_TIMEOUT' });
    rig.wallet.order({ holdProofs: false });
    assert.equal((await ended(rig.driver, operation)).kind, 'done');
    assert.equal((await rig.driver.funds()).height, rig.devnet.height);
  });
});

test('trap 10: dust is refused before the call, since the wallet would take it and lock the batch', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const dust = payment('1', { [rig.miners.transparentAddress]: 53n, [rig.miners.address]: ZEC / 10n });
    assert.equal((await rig.driver.start(dust)).kind, 'nothing_happened');
    const recipients = [{ address: rig.miners.transparentAddress, amount: '0.00000053' }];
    const opid = (await rig.raw.call('z_sendmany', [rig.wallet.address, recipients])) as string;
    assert.equal(
      (await ended(rig.driver, opid)).kind,
      'doubt',
      'what happens to a caller that does not look',
    );
    assert.equal((await rig.driver.funds()).spendable, 0n);
    const least = payment('2', { [rig.miners.transparentAddress]: 54n });
    rig.mine(41);
    assert.equal((await ended(rig.driver, await begun(rig.driver, least))).kind, 'done');
  });
});

test('trap 11 and 12: the calls that lie are the ones that the driver never makes', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const to = rig.miners.transparentAddress;
    const body = `{"id":1,"method":"sendmany","params":["",{"${to}":0.01,"${to}":0.02}]}`;
    const answer = (await (await fetch(rig.wallet.url, { method: 'POST', body })).json()) as {
      result: string;
    };
    const { amount } = (await rig.raw.call('gettransaction', [answer.result])) as { amount: number };
    assert.equal(amount, -0.02, 'the first of two equal keys is lost');
    const since = (await rig.raw.call('listsinceblock', ['ab'.repeat(32)])) as {
      transactions: unknown[];
      removed: unknown[];
    };
    assert.ok(since.transactions.length > 2, 'an invented hash gives the whole history');
    assert.deepEqual(since.removed, []);
  });
});

test('a call that is not answered is a doubt, although it acted, and is not repeated', async () => {
  for (const kind of ['disconnect', 'error'] as const) {
    await withWallets({ rewards: 1 }, async (rig) => {
      rig.wallet.inject({ method: 'z_sendmany', kind, after: true, times: 1 });
      const wanted = toMiner(rig, '1');
      assert.equal((await rig.driver.start(wanted)).kind, 'doubt');
      let match = await found(rig.driver, wanted);
      while (match.kind === 'none') match = await found(rig.driver, wanted);
      assert.equal(match.kind, 'one');
      rig.mine(1);
      assert.equal((await paidOnChain(rig)).length, 2, 'the shielding and one payment');
    });
  }
});

test('what is sent later is found in the history before any node has it', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ nextSend: 'sent_later' });
    const wanted = toMiner(rig, '1');
    const txid = await done(rig.driver, wanted);
    rig.mine(20);
    assert.deepEqual(await rig.witness.place(txid), { kind: 'absent' });
    assert.deepEqual(await found(rig.driver, wanted), { kind: 'one', txid });
    rig.wallet.deliver();
    rig.mine(1);
    assert.equal((await rig.witness.place(txid)).kind, 'mined');
  });
});

test('an old history says at which block it is, so that nobody takes it for a new one', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ holdSync: true });
    rig.mine(5);
    const history = await rig.driver.history(0);
    assert.ok(history.isComplete, 'synced is no freshness');
    assert.ok(history.height < ((await rig.witness.tip())?.height ?? 0));
    rig.mine(100);
    const behind = await ended(rig.driver, await begun(rig.driver, toMiner(rig, '1')));
    assert.equal(behind.kind, 'nothing_happened', 'the wallet is too far behind: -10');
  });
});

test('a locked wallet pays nothing, and says so', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    rig.wallet.order({ locked: true });
    assert.equal(
      (await ended(rig.driver, await begun(rig.driver, toMiner(rig, '1')))).kind,
      'nothing_happened',
    );
    assert.equal((await rig.driver.shield()).kind, 'nothing_happened');
  });
});

test('trap 13: what costs as much to spend as it is worth is in no balance, so a tag is worth more', async () => {
  await withWallets({ rewards: 1 }, async (rig) => {
    const { total } = await rig.driver.funds();
    const txid = await done(rig.driver, toMiner(rig, '1', ZEC / 10n));
    rig.mine(3);
    const place = await rig.witness.place(txid);
    assert.ok(place.kind === 'mined');
    const { fee } = (await rig.raw.call('gettransaction', [txid], { exactDecimals: true })) as {
      fee: unknown;
    };
    const after = await rig.driver.funds();
    assert.equal(
      after.total,
      total - ZEC / 10n + zatoshiFrom(fee, 'fee'),
      'payee and fee are all that is gone',
    );
    const poor = toMiner(rig, '2', 5_000n);
    assert.equal((await rig.driver.start(poor)).kind, 'nothing_happened', 'its payee would never see it');
  });
});
