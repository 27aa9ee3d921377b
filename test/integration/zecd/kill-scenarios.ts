import { until } from '@adit/test-kit/until';
import { Random } from '../../../packages/ledger/test/simulator/random.ts';
import { assertInOrder } from './plain-scenarios.ts';
import { caughtUp, growBy, growUntil, type MoneyStage, settled } from './stage.ts';
import { oweAgain } from './trouble-scenarios.ts';

/** From the plan to a block it takes some seconds, most of which are the proof's. */
const MOST_DELAY_MS = 6_000;
const ROUNDS = { long: 9, short: 3 };
/** What a call that made nothing has to wait for: ten minutes without an operation. */
const CALL_SETTLES_SECONDS = 11 * 60;
/** Blocks of a transaction's life, and a thousand more where one node is asked. */
const PROOF_BLOCKS = 1_100;
const CHUNK = 100;

/** Ledger, wallet and node are killed one after the other, each time at a moment that is drawn. */
export async function killed(stage: MoneyStage): Promise<string> {
  const random = new Random(stage.seed);
  const notes: string[] = [];
  const victims = [
    { name: 'ledger', process: stage.ledger },
    { name: 'wallet', process: stage.payer },
    { name: 'node', process: stage.node },
  ];
  for (let round = 0; round < (stage.short ? ROUNDS.short : ROUNDS.long); round += 1) {
    const victim = victims[round % victims.length];
    if (victim === undefined) continue;
    const before = await oweAgain(stage);
    await growUntil(stage, 'a payment begins', () => hasOpen(stage));
    const delay = random.below(MOST_DELAY_MS);
    await new Promise((resolve) => setTimeout(resolve, delay));
    const state = lastState(stage);
    await victim.process.kill();
    await victim.process.start();
    await growUntil(
      stage,
      'the payment is settled or not found',
      () => settled(stage) > before || isLost(stage),
    );
    if (settled(stage) === before) {
      if (stage.short)
        return `${notes.join(', ')}; a batch of which nothing is found needs ten minutes: --short`;
      await proveUnpaid(stage, before);
    }
    notes.push(`${victim.name} after ${delay} ms (${state})`);
  }
  return `${notes.join(', ')}; ${await assertInOrder(stage)}`;
}

/** The wallet forgot its operation and made nothing: blocks and time prove it, and the balances are paid by another batch. */
async function proveUnpaid(stage: MoneyStage, before: number): Promise<void> {
  const startedAt = performance.now();
  const isOver = () => settled(stage) > before;
  while ((performance.now() - startedAt) / 1000 < CALL_SETTLES_SECONDS && !isOver())
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (let grown = 0; grown < PROOF_BLOCKS && !isOver(); grown += CHUNK) {
    await growBy(stage, CHUNK);
    await caughtUp(stage, stage.payer);
  }
  await growUntil(stage, 'the payment is settled by another batch', isOver);
  await until('payouts go on', isOver);
}

/** The state that payouts last told of. */
function lastState({ ledger }: MoneyStage): string {
  const last = ledger.events().findLast(({ kind }) => kind === 'payout_moved');
  return last?.detail?.split(':')[0] ?? 'nothing';
}

function hasOpen(stage: MoneyStage): boolean {
  return ['reserved', 'running', 'sent', 'confirming'].includes(lastState(stage));
}

/** A batch whose call came to nobody, and of which the wallet lists nothing. */
function isLost({ ledger }: MoneyStage): boolean {
  return ledger.waitsFor()?.cause === 'not_found';
}
