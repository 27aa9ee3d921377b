import assert from 'node:assert/strict';
import { until } from '@adit/test-kit/until';
import { heightOf } from '../zebra/blocks.ts';
import { callNode } from '../zebra/node-rpc.ts';
import { assertInOrder } from './plain-scenarios.ts';
import { caughtUp, findBlocks, growBy, growUntil, MATURE, type MoneyStage, settled } from './stage.ts';

/** Something is owed, and its payment is about to begin. @returns batches that were settled before it */
export async function oweAgain(stage: MoneyStage): Promise<number> {
  const { transparent, unified, sapling } = stage.payees;
  const before = settled(stage);
  await findBlocks(stage, [transparent, unified, sapling]);
  await growBy(stage, MATURE);
  await caughtUp(stage, stage.payer);
  return before;
}

/** Resolves at the next move of payouts into a state. The chain grows meanwhile. */
export async function nextMove(stage: MoneyStage, state: string, seconds?: number): Promise<void> {
  const { ledger } = stage;
  const count = () =>
    ledger
      .events()
      .filter(({ kind, detail = '' }) => kind === 'payout_moved' && detail.startsWith(`${state}:`)).length;
  const before = count();
  await growUntil(stage, `a batch becomes ${state}`, () => count() > before, seconds);
}

/** The newest blocks leave the best chain. @returns the height that is left */
async function dropBlocks({ node }: MoneyStage, count: number): Promise<number> {
  const height = await heightOf(node);
  const first = await callNode(node, 'getblockhash', [height - count + 1]);
  await callNode(node, 'invalidateblock', [first]);
  await until('the tip has moved', async () => (await heightOf(node)) === height - count);
  return height - count;
}

/** One to five blocks are replaced: at a payment that no block has yet, and at one that a block has just got. */
export async function reorganised(stage: MoneyStage): Promise<string> {
  const notes: string[] = [];
  for (const depth of stage.short ? [2, 5] : [1, 2, 3, 4, 5]) {
    const state = depth % 2 === 0 ? 'sent' : 'confirming';
    const before = await oweAgain(stage);
    await nextMove(stage, state);
    // The block of the payment is the oldest of those that go.
    if (state === 'confirming') await growBy(stage, depth - 1);
    await dropBlocks(stage, depth);
    const startedAt = performance.now();
    await growBy(stage, depth);
    await growUntil(stage, 'the payment is settled', () => settled(stage) > before);
    notes.push(`${depth} at ${state}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  return `${notes.join(', ')}; ${await assertInOrder(stage)}`;
}

/** Node and wallet are away or behind, one after the other, and payouts wait for them. */
export async function away(stage: MoneyStage): Promise<string> {
  const { node, payer, ledger } = stage;
  const causes: string[] = [];
  const waitedFor = async (what: string) => {
    const isSeen = () => {
      const last = ledger
        .events()
        .findLast(({ kind }) => kind === 'payout_waits' || kind === 'ledger_problem');
      return last !== undefined && last.cause !== 'nothing_due';
    };
    await until(`payouts notice that ${what}`, isSeen, 120);
    causes.push(`${what}: ${ledger.events().at(-1)?.detail}`);
  };
  let before = await oweAgain(stage);
  await node.settle();
  await node.stop();
  await waitedFor('the node is down');
  await node.start();
  await growUntil(stage, 'the payment is settled', () => settled(stage) > before);
  await payer.kill();
  before = settled(stage);
  await findBlocks(stage, [stage.payees.unified]);
  // The wallet comes back further behind than it sends from.
  await growBy(stage, MATURE + 300);
  await waitedFor('the wallet is down');
  await payer.start();
  await growUntil(stage, 'the payment is settled', () => settled(stage) > before);
  return `${causes.join('; ')}; ${await assertInOrder(stage)}`;
}

/** A person pays from the wallet. Payouts stop until it is booked. */
export async function byHand(stage: MoneyStage): Promise<string> {
  const { payer, ledger, miners } = stage;
  const stranger = await miners.address('transparent');
  const own = await payer.address();
  const opid = await payer.call('z_sendmany', [own, [{ address: stranger, amount: '0.50000054' }]]);
  const paid = (await payer.call('z_waitforoperation', [opid, 120], 150_000)) as {
    readonly status: string;
    readonly result?: { readonly txid: string };
  };
  assert.equal(paid.status, 'success', JSON.stringify(paid));
  const before = await oweAgain(stage);
  await growUntil(stage, 'payouts are held', () => ledger.waitsFor()?.cause === 'held');
  const { hold } = await ledger.payouts();
  assert.equal(hold?.reason, 'reconcile_gap');
  await caughtUp(stage, payer);
  const found = (await ledger.command(['reconcile', '--book', '--reason', 'paid by hand'])) as {
    readonly gap: string;
  };
  await ledger.command(['payouts', 'resume', 'all', '--reason', 'booked']);
  await growUntil(stage, 'the payment is settled', () => settled(stage) > before);
  return `booked ${found.gap} for ${paid.result?.txid}`;
}
