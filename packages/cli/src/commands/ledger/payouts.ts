import {
  type Actor,
  appendAudit,
  type LedgerDatabase,
  type PayoutCommands,
  type PayoutService,
} from '@adit/ledger';
import { wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';
import { familyOf } from '../../config/families.ts';
import { LEDGER_FAMILIES } from '../../ledger/chain-families.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import type { PaperAnswers } from '../../ledger/ledger-modules.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { payoutParts } from '../../ledger/payout-parts.ts';
import { plain } from '../../log/plain.ts';
import { textTable } from '../../view/text-table.ts';
import { print } from '../print.ts';
import { actorOf, reasonOf } from './account.ts';
import type { LedgerOptions } from './options.ts';
import { batchJson, batchTable, planJson, planText } from './payout-texts.ts';

/** Options of commands that change a payout. */
export interface PayoutOptions extends LedgerOptions {
  readonly reason?: string;
  readonly by?: string;
}

interface Payouts {
  readonly chain: LedgerChain;
  readonly database: LedgerDatabase;
  readonly paper: PaperAnswers | null;
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
            ['account', 'address', `amount (${chain.coin.symbol})`, 'nonce'],
            ...batch.items.map(({ account, payee, amount, nonce, isReleased }) => [
              plain(account),
              plain(payee.address),
              wholeCoins(amount, chain.coin.decimals),
              `${nonce ?? '-'}${isReleased ? ' (given back)' : ''}`,
            ]),
          ],
          (column) => column !== 2,
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
  await withPayouts(options, async (payouts) => {
    const actor = { name: actorOf(options), reason: reasonOf(options) };
    const { paper } = payouts;
    if (paper !== null && paid === undefined && (await isUnknown(payouts, paper, id))) {
      await answerPaper(payouts, paper, { id, paid, actor });
      print(options, { batch: id }, () => `${id}: taken back; nobody pays this list`);
      return;
    }
    const { position } = await payouts.commands.show(id);
    // A list that is out is answered by the person who pays it. Anything else is a doubt, which evidence ends.
    if (paper !== null && (position.state === 'running' || position.state === 'uncertain')) {
      await answerPaper(payouts, paper, { id, paid, actor });
      print(options, { batch: id }, () => `${id}: noted; the ledger goes on with it`);
      return;
    }
    if (paper !== null && paid === undefined && position.reason === 'paper_list_lost') {
      await answerPaper(payouts, paper, { id, paid, actor });
      await payouts.commands.resume(id, actor);
      print(options, { batch: id }, () => `${id}: taken back; the ledger gives the balances back`);
      return;
    }
    if (paid === undefined) await payouts.commands.resolveUnpaid(id, actor);
    else await payouts.commands.resolvePaid(id, paid, actor);
    print(options, { batch: id }, () =>
      paid === undefined
        ? `${id}: proved unpaid; the balances are back`
        : `${id}: the chain has to confirm ${paid} now`,
    );
  });
}

/** `adit ledger payouts replace` */
export async function runReplace(
  id: string,
  options: PayoutOptions & { readonly speedUp: boolean; readonly cancel: boolean },
): Promise<void> {
  const { speedUp, cancel } = options;
  if (speedUp === cancel) throw new AditError('ADIT_BAD_OPTION', 'expected either --speed-up or --cancel');
  await withPayouts(options, async ({ commands }) => {
    const actor = { name: actorOf(options), reason: reasonOf(options) };
    const payments = await commands.replace(id, cancel ? 'cancel' : 'speed_up', actor);
    print(options, { batch: id, payments }, () =>
      cancel
        ? `${id}: ${payments} payments get a cancellation; each balance is back when its cancellation is final`
        : `${id}: ${payments} payments get a higher price; the ledger sends them`,
    );
  });
}

/** Whether the folder has a list that the books have no batch for. */
async function isUnknown({ commands }: Payouts, paper: PaperAnswers, id: string): Promise<boolean> {
  if (!(await paper.written()).includes(id)) return false;
  return !(await commands.list()).some(({ position }) => position.id === id);
}

/** Keeps what a person says about a payment list, with a row in the audit. */
async function answerPaper(
  { chain, database }: Payouts,
  paper: PaperAnswers,
  { id, paid, actor }: { readonly id: string; readonly paid: string | undefined; readonly actor: Actor },
): Promise<void> {
  if (paid === undefined) await paper.withdraw(id);
  else await paper.paid(id, paid);
  await database.transact((queries) =>
    appendAudit(queries, {
      timeMs: Date.now(),
      actor: actor.name,
      action: paid === undefined ? 'list_withdrawn' : 'list_paid',
      subject: `batch:${chain.network}:${id}`,
      content: { txid: paid ?? null, why: actor.reason },
    }),
  );
}

/** `adit ledger reconcile`: the wallet beside the books; with `--book` a difference is booked as the operator's. */
export async function runReconcile(options: PayoutOptions & { readonly book: boolean }): Promise<void> {
  await withPayouts(options, async ({ chain, commands }) => {
    const { wallet, books, pending, gap } = options.book
      ? await commands.bookGap({ name: actorOf(options), reason: reasonOf(options) })
      : await commands.reconcile();
    const coins = (amount: bigint) => `${wholeCoins(amount, chain.coin.decimals)} ${chain.coin.symbol}`;
    const found = gap === 0n ? 'in order' : `a gap of ${coins(gap)}`;
    print(
      options,
      {
        ...{ wallet: String(wallet), books: String(books), pending: String(pending), gap: String(gap) },
        booked: options.book,
      },
      () =>
        `the wallet has ${coins(wallet)}, the books say ${coins(books)}, ${coins(pending)} more is not mature in the books: ${found}${options.book ? `, booked as what you ${gap < 0n ? 'took out' : 'put in'}` : ''}`,
    );
    if (gap !== 0n && !options.book)
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
      await work({ chain, database, paper: wallet.paper, ...payoutParts(chain, wallet, database) });
    } finally {
      modules.close();
    }
  });
}
