import { depositEntry, MAY_EXIST, stateBehindHold, withdrawalEntry } from '@adit/money';
import { checkChain } from './checks-before-call.ts';
import type { Actor, PayoutModules } from './payout-modules.ts';
import type { PayoutOptions } from './payout-options.ts';
import type { PayoutStore } from './payout-store.ts';
import { type Reconciliation, reconcileWallet } from './reconcile.ts';
import { ShieldStore } from './shield-store.ts';

/** What is wanted of the ledger that a gap is booked in. */
interface GapParts {
  readonly options: PayoutOptions;
  readonly modules: PayoutModules;
  readonly store: PayoutStore;
}

/**
 * Books the gap between wallet and books as what the operator took out of the wallet, or put into it. Only at rest: while a payment or a
 * shielding is under way, nobody can tell its money from what a person moved.
 * @returns what was booked, or a sentence if nothing was
 * @throws where wallet or nodes do not answer
 */
export async function bookGap(actor: Actor, parts: GapParts): Promise<Reconciliation | string> {
  const { options, modules, store } = parts;
  const { wallet, witness, writer, books, clock, unique } = modules;
  const tip = await witness.tip();
  if (tip === undefined) return 'too few nodes answer, or they do not agree on a tip';
  const funds = await wallet.funds();
  const behind = await checkChain(funds, tip.height, witness);
  if (behind !== undefined) return behind.detail;
  if (funds.unconfirmedSpends !== 0n) return 'own transactions are not in a block yet';
  const pendingIncome = await modules.pendingIncome();
  return writer.transact(async (queries) => {
    const open = await store.open(queries);
    if (open !== undefined && MAY_EXIST[stateBehindHold(open.position)])
      return `batch ${open.position.id} is ${open.position.state}: its money is on its way`;
    const shieldings = await new ShieldStore(options).watched(queries);
    if (shieldings.some(({ state }) => state === 'calling' || state === 'sent'))
      return 'a shielding is under way';
    const found = await reconcileWallet(queries, books, funds, pendingIncome, open);
    if (found.gap === 0n) return 'wallet and books do not differ';
    const timeMs = clock.nowMs();
    const move = { chain: options.chain, reference: unique() };
    const entry =
      found.gap < 0n
        ? withdrawalEntry({ ...move, amount: -found.gap })
        : depositEntry({ ...move, amount: found.gap });
    await books.post(queries, entry, timeMs);
    await books.audit(queries, {
      timeMs,
      actor,
      action: 'gap_booked',
      subject: { kind: 'wallet', name: options.wallet },
      content: { gap: String(found.gap), reference: move.reference },
    });
    return found;
  });
}
