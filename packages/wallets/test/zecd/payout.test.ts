import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchHistory, transactionLife } from '@adit/money';
import { decodeHex } from '@adit/primitives';
import { begun, ended, expected, payment, withWallets } from './rig.ts';

const NONE: ReadonlySet<string> = new Set();

test('rewards are mined, shielded, paid to each kind of address, mined, and found again by the tag', async () => {
  await withWallets({}, async ({ devnet, driver, miners, driverOf, mine, mineRewards, node, witness }) => {
    await mineRewards(2);
    const before = await driver.funds();
    assert.deepEqual([before.spendable, before.coinbase], [0n, 0n], 'rewards are not mature yet');
    mine(3);
    const mature = await driver.funds();
    assert.equal(mature.coinbase, 250_000_000n);
    assert.equal(mature.spendable, 0n, 'mature rewards stand in trusted, and cannot be paid out');
    assert.equal((await driver.shield()).kind, 'operation');
    mine(3);
    const shielded = await driver.funds();
    assert.equal(
      shielded.spendable,
      250_000_000n - 20_000n,
      'the fee is 5,000 for each reward, and for two actions',
    );
    assert.deepEqual([shielded.coinbase, shielded.total], [0n, shielded.spendable]);

    const wanted = payment('7', {
      [miners.transparentAddress]: 10_000_000n,
      [miners.saplingAddress]: 20_000_001n,
      [miners.address]: 30_000_002n,
    });
    const answer = await ended(driver, await begun(driver, wanted));
    assert.ok(answer.kind === 'done');
    const { txid } = answer;
    assert.deepEqual(await witness.place(txid), { kind: 'absent' }, 'it waits');
    const pending = await driver.funds();
    assert.ok(pending.unconfirmedSpends > 60_000_003n && pending.unconfirmedSpends < 60_100_000n);
    mine(2);
    const place = await witness.place(txid);
    assert.ok(place.kind === 'mined' && place.depth === 2 && place.height === devnet.height - 1);
    const raw = await driver.rawTransaction(txid);
    assert.ok(raw !== null);
    assert.equal(transactionLife(raw).expiry, place.height - 1 + driver.life);
    assert.deepEqual(decodeHex(await node.call('getrawtransaction', [txid])), raw);
    const [block] = await witness.blocks(place.height, place.height);
    assert.ok(block?.txids.includes(txid) && block.hash === place.hash);

    const history = await driver.history(0);
    assert.deepEqual(matchHistory(expected(wanted), history.sends, NONE), { kind: 'one', txid });
    assert.ok(history.isIdle && history.isComplete && history.height === devnet.height);
    assert.equal(history.sends.find((send) => send.txid === txid)?.state, 'mined');
    assert.equal(await driver.remembers([txid]), true);

    mine(10);
    const received = await driverOf(miners).funds();
    assert.equal(received.total, 60_000_003n, 'the miners have all of it');
    const { total } = await driver.funds();
    assert.equal(
      total,
      shielded.total - 60_000_003n - (place.fee ?? 0n),
      'and the pool the rest, less the fee',
    );
    assert.deepEqual(
      await driver.shield().then(({ kind }) => kind),
      'nothing_happened',
      'nothing is left to shield',
    );
  });
});

test('the wallet is itself, its own receivers are known, and a foreign wallet is another identity', async () => {
  await withWallets({}, async ({ driver, wallet, miners, driverOf }) => {
    const own = (await driver.identity()).replace('zecd ', '');
    assert.match(own, /^orchard:[0-9a-f]{86}$/);
    const theirs = (await driverOf(miners).identity()).replace('zecd ', '');
    assert.notEqual(own, theirs);
    assert.deepEqual([...(await driver.ownReceivers([own, theirs]))], [own]);
    const answer = await driver.start(payment('1', { [wallet.transparentAddress]: 1_000_000n }));
    assert.ok(answer.kind === 'nothing_happened' && /itself/.test(answer.why));
  });
});
