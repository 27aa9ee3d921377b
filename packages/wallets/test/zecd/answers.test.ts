import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { answerToFailedCall, answerToFailedOperation } from '../../src/zecd/answers.ts';
import { begun, ended, payment, withWallets } from './rig.ts';

const CODES = Array.from({ length: 40 }, (_, i) => -i).concat([
  -100, 1, -32600, -32601, -32602, -32603, -32700,
]);
const REFUSED = [-1, -3, -4, -5, -6, -8, -10, -13, -18, -32601, -32700];
const WITHOUT_TRANSACTION = [-6, -8, -10, -13];

test('of all codes only the recorded ones say that nothing happened', () => {
  for (const code of CODES) {
    const call = answerToFailedCall(new RpcError('zecd', 'z_sendmany', code, 'words'));
    assert.equal(call.kind, REFUSED.includes(code) ? 'nothing_happened' : 'doubt', `call ${code}`);
    const operation = answerToFailedOperation(code, 'words');
    assert.equal(
      operation.kind,
      WITHOUT_TRANSACTION.includes(code) ? 'nothing_happened' : 'doubt',
      `operation ${code}`,
    );
  }
});

test('what goes wrong on the way is a doubt, but for a login that is refused', () => {
  for (const code of [
    'ADIT_RPC_TIMEOUT',
    'ADIT_RPC_UNREACHABLE',
    'ADIT_RPC_BAD_ANSWER',
    'ADIT_RPC_ABORTED',
  ] as const)
    assert.equal(answerToFailedCall(new AditError(code, 'words')).kind, 'doubt');
  assert.equal(answerToFailedCall(new AditError('ADIT_RPC_UNAUTHORIZED', 'words')).kind, 'nothing_happened');
  assert.equal(answerToFailedCall(new TypeError('words')).kind, 'doubt');
  assert.equal(answerToFailedCall(undefined).kind, 'doubt');
});

test('every code of an operation of the wallet itself means the same at the end of a poll', async () => {
  await withWallets({}, async ({ driver, wallet, miners }) => {
    const operation = await begun(driver, payment('1', { [miners.address]: 1_000_000n }));
    assert.equal((await ended(driver, operation)).kind, 'nothing_happened', 'an empty wallet: -6');
    assert.equal((await driver.poll('opid-unknown')).kind, 'doubt');
    // Answers to `devnet_fault` are texts, so a wallet that answers nonsense is one more case.
    wallet.inject({ method: 'z_getoperationstatus', kind: 'answer', answer: 'nonsense', times: 1 });
    await assert.rejects(driver.poll(operation), { code: 'ADIT_BAD_FIELD' });
    wallet.inject({ method: 'z_getoperationstatus', kind: 'disconnect', times: 9 });
    await assert.rejects(driver.poll(operation), { code: 'ADIT_RPC_UNREACHABLE' });
    wallet.clearFaults();
    wallet.inject({ method: 'z_sendmany', kind: 'answer', times: 1 });
    assert.equal((await driver.start(payment('2', { [miners.address]: 1_000_000n }))).kind, 'doubt');
  });
});

test('a wallet that cannot be asked who it is is not called', async () => {
  await withWallets({ rewards: 1 }, async ({ driver, wallet, miners, raw }) => {
    wallet.inject({ method: 'getaddressinfo', kind: 'error', code: -28, message: 'starting' });
    const answer = await driver.start(payment('1', { [miners.address]: 1_000_000n }));
    assert.ok(answer.kind === 'nothing_happened' && /not called/.test(answer.why));
    assert.equal((await driver.shield()).kind, 'nothing_happened');
    wallet.clearFaults();
    const operations = (await raw.call('z_getoperationstatus', [])) as { method: string }[];
    assert.deepEqual(
      operations.map(({ method }) => method),
      ['z_shieldcoinbase'],
      'the one of the preparation',
    );
  });
});

test('a driver of the wrong wallet shields nothing to a stranger, and pays nothing', async () => {
  await withWallets({ rewards: 1 }, async ({ driverOf, wallet, miners, mine, mineRewards, raw }) => {
    await mineRewards(1);
    mine(3);
    const stranger = driverOf({ ...miners, url: wallet.url } as typeof miners);
    assert.match(await stranger.identity(), /^zecd without orchard:/);
    const refused = await stranger.shield();
    assert.ok(refused.kind === 'nothing_happened' && /does not own/.test(refused.why));
    assert.equal(
      (await stranger.start(payment('1', { [wallet.address]: 1_000_000n }))).kind,
      'nothing_happened',
    );
    // The wallet itself would have done it.
    const { opid } = (await raw.call('z_shieldcoinbase', ['*', miners.address, null, 0])) as { opid: string };
    assert.match(opid, /^opid-/);
  });
});
