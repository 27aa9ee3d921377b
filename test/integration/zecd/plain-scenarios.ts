import assert from 'node:assert/strict';
import { AddressFault, readReceivers, writeTexAddress } from '@adit/wallets';
import { heightOf } from '../zebra/blocks.ts';
import { assertPaidOnce } from './receipts.ts';
import { NU7_HEIGHT } from './regtest-upgrades.ts';
import { caughtUp, findBlocks, growBy, growUntil, MATURE, type MoneyStage, settled } from './stage.ts';

/** All that was paid so far is at the payees, each payment once; the books are whole, and say what the wallet has. */
export async function assertInOrder(stage: MoneyStage): Promise<string> {
  const { ledger, miners, node } = stage;
  await growUntil(stage, 'payouts rest', () => ledger.waitsFor()?.cause === 'nothing_due');
  await caughtUp(stage, miners);
  await caughtUp(stage, stage.payer);
  const batches = await ledger.batches('settled');
  const sum = await assertPaidOnce(batches, stage.payees, { wallet: miners, node });
  await ledger.command(['verify']);
  const { gap } = (await ledger.command(['reconcile'])) as { readonly gap: string };
  assert.equal(gap, '0');
  const all = (await ledger.payouts()).batches.map(({ state }) => state);
  assert.ok(
    all.every((state) => ['settled', 'discarded', 'released'].includes(state)),
    `states of batches: ${all.join(', ')}`,
  );
  return `${batches.length} batches with ${sum} zatoshi so far`;
}

/** From found blocks to the wallets of those who found them. */
export async function paidOnce(stage: MoneyStage): Promise<string> {
  const { transparent, sapling, unified } = stage.payees;
  await findBlocks(stage, [transparent, sapling, unified]);
  await growBy(stage, MATURE);
  await growUntil(stage, 'the payment is settled', () => settled(stage) > 0);
  return assertInOrder(stage);
}

/** Rewards of before the upgrade are paid behind it. A TEX address and dust are set aside by name. */
export async function acrossNu7(stage: MoneyStage): Promise<string> {
  const { node, ledger, miners } = stage;
  const { transparent, sapling, unified } = stage.payees;
  const tex = texOf(await miners.address('transparent'));
  const small = await miners.address('sapling');
  await growBy(stage, NU7_HEIGHT - 150 - (await heightOf(node)));
  await findBlocks(stage, [unified, tex, small, sapling, transparent]);
  await growUntil(stage, 'the small account is known', async () => {
    const rows = JSON.stringify(await ledger.command(['balances']));
    return rows.includes(small);
  });
  // What this fee leaves of a reward is less than it costs to spend a shielded note.
  const terms = ['--fee', '99.9999', '--minimum', '0.00000001', '--reason', 'makes dust'];
  await ledger.command(['account', 'terms', small, ...terms]);
  await growBy(stage, MATURE);
  const before = settled(stage);
  await growUntil(stage, 'payouts wait for NU7', () => ledger.waitsFor()?.cause === 'upgrade_near');
  assert.ok((await heightOf(node)) < NU7_HEIGHT, 'NU7 is still to come');
  await growBy(stage, NU7_HEIGHT - (await heightOf(node)));
  await growUntil(stage, 'the payment is settled', () => settled(stage) > before);
  const order = await assertInOrder(stage);
  const plan = (await ledger.command(['payouts', 'plan'])) as {
    readonly parked: readonly { readonly account: string; readonly reason: string }[];
  };
  const parked = Object.fromEntries(plan.parked.map(({ account, reason }) => [account, reason]));
  return `${order}; set aside: ${JSON.stringify(parked)}`;
}

/** The TEX address of a transparent one: who is paid there wants transparent money only. */
function texOf(address: string): string {
  const receivers = readReceivers(address, 'zcash-regtest');
  assert.ok(!(receivers instanceof AddressFault));
  const [receiver] = receivers;
  assert.ok(receiver !== undefined);
  return writeTexAddress(receiver.raw, 'zcash-regtest');
}
