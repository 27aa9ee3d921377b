import type { PayoutCommands, PayoutService, StoredBatch } from '@adit/ledger';
import type { ParkReason, PayoutPlan, WaitReason } from '@adit/money';
import { AditError } from '@adit/primitives';
import { unitsToCoins } from '../../config/coins.ts';
import { familyOf } from '../../config/families.ts';
import { LEDGER_FAMILIES } from '../../ledger/chain-families.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { payoutParts } from '../../ledger/payout-parts.ts';
import { plain } from '../../log/plain.ts';
import { textTable } from '../../view/text-table.ts';
import { actorOf, reasonOf } from './account.ts';
import { type LedgerOptions, print } from './print.ts';

/** Options of commands that change a payout. */
export interface PayoutOptions extends LedgerOptions {
  readonly reason?: string;
  readonly by?: string;
}

interface Payouts {
  readonly chain: LedgerChain;
  readonly service: PayoutService;
  readonly commands: PayoutCommands;
}

/** `adit ledger payouts plan`: what would be paid now. It binds nothing. */
export async function runPlan(options: LedgerOptions): Promise<void> {
  await withPayouts(options, async ({ chain, service }) => {
    const plan = await service.plan();
    print(options, planJson(plan), () => planText(plan, chain));
  });
}

/** `adit ledger payouts list` */
export async function runList(options: LedgerOptions): Promise<void> {
  await withPayouts(options, async ({ chain, commands }) => {
    const batches = await commands.list();
    const { control, stops } = await commands.status();
    print(
      options,
      { mode: control.mode, hold: control.hold, stops, batches: batches.map((batch) => batchJson(batch)) },
      () =>
        [
          `payouts of ${chain.network}: ${control.mode}${control.hold === null ? '' : `, held: ${plain(control.hold.detail)}`}`,
          ...stops.map(({ reason, meaning, help }) => `  ${reason}: ${meaning} ${help}`),
          ...(batches.length === 0 ? ['  no batch yet'] : batchTable(batches, chain)),
        ].join('\n'),
    );
  });
}

/** `adit ledger payouts show` */
export async function runShow(id: string, options: LedgerOptions): Promise<void> {
  await withPayouts(options, async ({ chain, commands }) => {
    const batch = await commands.show(id);
    print(options, batchJson(batch, true), () =>
      [
        ...batchTable([batch], chain),
        '',
        ...textTable(
          [
            ['account', 'address', `amount (${chain.coin.symbol})`],
            ...batch.items.map(({ account, payee, amount }) => [
              plain(account),
              plain(payee.address),
              unitsToCoins(amount, chain.coin),
            ]),
          ],
          (column) => column < 2,
        ),
      ].join('\n'),
    );
  });
}

/** What an operator does to a batch. Each has a sentence for when it was done. */
export type PayoutOrder = 'approve' | 'hold' | 'resume' | 'discard';

/** `adit ledger payouts approve`, `hold`, `resume`, `discard` */
export async function runOrder(order: PayoutOrder, id: string, options: PayoutOptions): Promise<void> {
  await withPayouts(options, async ({ commands }) => {
    await commands[order](id, { name: actorOf(options), reason: reasonOf(options) });
    print(options, { batch: id, done: order }, () => `${id}: ${DONE[order]}`);
  });
}

const DONE: Readonly<Record<PayoutOrder, string>> = {
  approve: 'approved; the ledger pays it',
  hold: 'held: nothing new is begun',
  resume: 'goes on where it was held',
  discard: 'given up; the balances are back',
};

/** `adit ledger payouts resolve`: ends a doubt by evidence. */
export async function runResolve(
  id: string,
  options: PayoutOptions & { readonly paid?: string; readonly unpaid: boolean },
): Promise<void> {
  const { paid, unpaid } = options;
  if ((paid === undefined) === !unpaid)
    throw new AditError('ADIT_BAD_OPTION', 'expected either --paid <txid> or --unpaid');
  await withPayouts(options, async ({ commands }) => {
    const actor = { name: actorOf(options), reason: reasonOf(options) };
    if (paid === undefined) await commands.resolveUnpaid(id, actor);
    else await commands.resolvePaid(id, paid, actor);
    print(options, { batch: id }, () =>
      paid === undefined
        ? `${id}: proved unpaid; the balances are back`
        : `${id}: the chain has to confirm ${paid} now`,
    );
  });
}

/** `adit ledger reconcile`: the wallet beside the books. */
export async function runReconcile(options: LedgerOptions): Promise<void> {
  await withPayouts(options, async ({ chain, commands }) => {
    const { wallet, books, pending, gap } = await commands.reconcile();
    const coins = (amount: bigint) => `${unitsToCoins(amount, chain.coin)} ${chain.coin.symbol}`;
    print(
      options,
      { wallet: String(wallet), books: String(books), pending: String(pending), gap: String(gap) },
      () =>
        `the wallet has ${coins(wallet)}, the books say ${coins(books)}, ${coins(pending)} more is not mature in the books: ${gap === 0n ? 'in order' : `a gap of ${coins(gap)}`}`,
    );
    if (gap !== 0n)
      throw new AditError('ADIT_LEDGER_GAP', 'wallet and books differ; payouts wait until they do not');
  });
}

/**
 * Opens the payouts of a chain for a command. Its changes need no lease: each is a compare-and-swap, which a running ledger sees.
 */
function withPayouts(options: LedgerOptions, work: (payouts: Payouts) => Promise<void>): Promise<void> {
  return withLedger(options.config, async ({ config, chains, database }) => {
    const chain = chainNamed(chains, options.chain);
    const read: typeof database.read = (reads) => database.read(reads);
    const family = LEDGER_FAMILIES[familyOf(chain.chain).kind];
    const modules = family({ chain, dataFolder: config.data, read });
    try {
      const { wallet } = modules;
      if (wallet === undefined)
        throw new AditError(
          'ADIT_NO_WALLET',
          `${chain.network} has no wallet: add [chain.money.wallet] to its configuration`,
        );
      await work({ chain, ...payoutParts(chain, { ...modules, wallet }, database) });
    } finally {
      modules.close();
    }
  });
}

function batchTable(batches: readonly StoredBatch[], { coin }: LedgerChain): string[] {
  return textTable(
    [
      ['batch', 'state', 'payees', `amount (${coin.symbol})`, 'transaction', 'why'],
      ...batches.map((batch) => [
        batch.position.id,
        batch.position.state,
        String(batch.items.length),
        unitsToCoins(sumOf(batch), coin),
        batch.position.minedTxid ?? batch.position.txids.at(-1) ?? '',
        plain(batch.position.reason ?? batch.detail ?? ''),
      ]),
    ],
    (column) => column !== 2 && column !== 3,
  ).map((line) => `  ${line}`);
}

function sumOf({ items }: StoredBatch): bigint {
  return items.reduce((sum, { amount }) => sum + amount, 0n);
}

function batchJson(batch: StoredBatch, withItems = false): unknown {
  const { position, tag, items } = batch;
  return {
    id: position.id,
    state: position.state,
    reason: position.reason,
    txids: position.txids,
    minedTxid: position.minedTxid,
    tag,
    payees: items.length,
    amount: String(sumOf(batch)),
    ...(withItems
      ? {
          items: items.map(({ account, payee, gross, amount }) => ({
            account,
            address: payee.address,
            gross: String(gross),
            amount: String(amount),
          })),
        }
      : {}),
  };
}

function planJson({ batches, parked, waiting }: PayoutPlan): unknown {
  return {
    batches: batches.map(({ outputs, gross, amount, fee }) => ({
      gross: String(gross),
      amount: String(amount),
      fee: String(fee),
      outputs: outputs.map((output) => ({
        address: output.payee.address,
        amount: String(output.amount),
        accounts: output.items.map(({ account }) => account),
      })),
    })),
    parked: parked.map(({ account, owed, reason }) => ({ account, owed: String(owed), reason })),
    waiting: Object.fromEntries(
      [...waiting].map(([reason, { accounts, amount }]) => [reason, { accounts, amount: String(amount) }]),
    ),
  };
}

function planText({ batches, parked, waiting }: PayoutPlan, { coin }: LedgerChain): string {
  const coins = (amount: bigint) => unitsToCoins(amount, coin);
  return [
    ...(batches.length === 0 ? ['nothing would be paid now'] : []),
    ...batches.flatMap(({ outputs, amount, fee }, i) => [
      `batch ${i + 1}: ${outputs.length} payees get ${coins(amount)} ${coin.symbol}, at a fee of about ${coins(fee)}`,
      ...textTable(
        [
          ['address', 'amount', 'accounts'],
          ...outputs.map((output) => [
            plain(output.payee.address),
            coins(output.amount),
            output.items.map(({ account }) => plain(account)).join(' '),
          ]),
        ],
        (column) => column !== 1,
      ).map((line) => `  ${line}`),
    ]),
    ...parked.map(
      ({ account, owed, reason }) =>
        `set aside: ${plain(account)}, ${coins(owed)} ${coin.symbol} (${PARKED[reason]})`,
    ),
    ...[...waiting].map(
      ([reason, { accounts, amount }]) =>
        `waiting: ${accounts} accounts with ${coins(amount)} ${coin.symbol} (${WAITING[reason]})`,
    ),
  ].join('\n');
}

const PARKED: Readonly<Record<ParkReason, string>> = {
  parked: 'somebody set it aside',
  no_payee: 'it has no payee: `adit ledger account payee`',
  own_address: 'the payee is an address of the pool itself',
  wallet_cannot_pay: 'this wallet cannot pay such an address',
  above_payment_cap: 'more than payment_cap',
  above_batch_cap: 'more than batch_cap',
  dust: 'too little for the network',
};

const WAITING: Readonly<Record<WaitReason, string>> = {
  below_minimum: 'below the minimum',
  no_place: 'in the next batch',
  batch_cap: 'in the next batch, since this one is at batch_cap',
  daily_cap: 'tomorrow, since today is at day_cap',
  not_spendable: 'until the wallet can spend that much',
};
