import { type PayoutPlan, type PlannedBatch, plannedBatch, planPayouts } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { PayoutOptions } from './payout-options.ts';
import type { PayoutStore } from './payout-store.ts';
import type { StoredBatch } from './stored-batch.ts';

/** The cap of a day counts for any 24 hours: a cap per calendar day could be used twice around midnight. */
const DAY_MS = 24 * 60 * 60_000;

/**
 * Plans what could be paid now. It binds nothing.
 * @throws where the wallet does not answer
 */
export async function planNow(
  options: PayoutOptions,
  modules: PayoutModules,
  store: PayoutStore,
): Promise<PayoutPlan> {
  const { wallet, writer, books, clock } = modules;
  const nowMs = clock.nowMs();
  const { due, usedToday } = await writer.transact(async (queries) => ({
    due: await books.due(queries, nowMs),
    usedToday: await store.approvedSince(queries, nowMs - DAY_MS),
  }));
  const receivers = due.flatMap(({ payee }) => (payee === null ? [] : [payee.receiver]));
  const funds = await wallet.funds();
  const { caps, minimum, keep, feeBorneBy } = options;
  return planPayouts(due, {
    minimum,
    paymentCap: caps.payment,
    batchCap: caps.batch,
    leftToday: caps.daily > usedToday ? caps.daily - usedToday : 0n,
    // Where coinbase or unconfirmed money is counted twice, a wallet's answer is below zero: then it can spend nothing.
    spendable: funds.spendable > 0n ? funds.spendable : 0n,
    keep,
    ownReceivers: await wallet.ownReceivers(receivers),
    wallet: wallet.limits,
    feeBorneBy,
    // Only one transaction of a wallet account is under way at a time.
    mostBatches: 1,
  });
}

/** A batch of a plan, as it is stored. */
export function storedPlan(
  planned: PlannedBatch,
  { chain, wallet, caps, mostFee }: PayoutOptions,
  { wallet: { kind }, clock, unique }: PayoutModules,
): StoredBatch {
  // The part that never comes twice is there for ledgers that are restored: their tags must not be those of payments that they forgot.
  const id = `${chain}-${unique()}`;
  return {
    position: plannedBatch(id, kind),
    chain,
    wallet,
    version: 1,
    tag: `adit:${id}`,
    detail: null,
    plannedMs: clock.nowMs(),
    approvedMs: null,
    calledMs: null,
    caps: { payment: caps.payment, batch: caps.batch },
    mostFee,
    feePlanned: planned.fee,
    feeReal: null,
    startHeight: null,
    identity: null,
    remembered: [],
    endedAt: null,
    operation: null,
    draft: null,
    closedAt: null,
    items: planned.outputs.flatMap(({ payee, items }) =>
      items.map(({ account, gross, feePart, amount }) => ({
        account,
        payee,
        gross,
        feePart,
        amount,
        sender: null,
        nonce: null,
        isReleased: false,
      })),
    ),
    transactions: [],
  };
}

/**
 * Whether a plan still fits what is owed, and to whom: a balance can be taken back by an orphan, an account can be set aside, or get
 * another payee, and another batch can have used up the day.
 */
export async function planStillFits(
  queries: Queries,
  batch: StoredBatch,
  { caps }: PayoutOptions,
  { books, clock }: PayoutModules,
  store: PayoutStore,
): Promise<boolean> {
  const nowMs = clock.nowMs();
  const due = new Map((await books.due(queries, nowMs)).map((one) => [one.account, one]));
  let gross = 0n;
  for (const item of batch.items) {
    const now = due.get(item.account);
    if (now === undefined || now.isParked || now.owed < item.gross) return false;
    if (now.payee?.receiver !== item.payee.receiver) return false;
    gross += item.gross;
  }
  const used = await store.approvedSince(queries, nowMs - DAY_MS);
  return gross <= caps.batch && used + gross <= caps.daily;
}
