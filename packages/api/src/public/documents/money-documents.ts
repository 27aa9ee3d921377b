import type { z } from 'zod';
import { cursorOf, readCursor } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import type { RouteCall } from '../route.ts';
import type { accountPayouts, credits, onePayout, payout, payouts } from '../schema/payouts.ts';
import type { ChainFacts, PageOf, PayoutFacts } from '../sources.ts';
import { accountOf, chainOf, explorerUrl } from './look-up.ts';

/** Query of a list. */
export interface ListQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** `/chains/{chain}/payouts`: empty where the pool keeps no books. */
export async function payoutsDocument(call: RouteCall<ListQuery>): Promise<z.input<typeof payouts>> {
  const { facts, books, asOfMs } = chainOf(call);
  const page = await books?.payouts(pageOf(call.query));
  return { asOfMs, ...listed(books !== undefined, page, (one) => payoutOf(facts, one)) };
}

/** `/chains/{chain}/payouts/{id}`. */
export async function payoutDocument(call: RouteCall): Promise<z.input<typeof onePayout>> {
  const { facts, books, asOfMs } = chainOf(call);
  const found = await books?.payout(call.params['id'] ?? '');
  if (found === undefined) throw new ProblemError('ADIT_API_NO_PAYOUT');
  return { asOfMs, payout: payoutOf(facts, found) };
}

/** `/chains/{chain}/accounts/{account}/payouts`. */
export async function accountPayoutsDocument(
  call: RouteCall<ListQuery>,
): Promise<z.input<typeof accountPayouts>> {
  const { facts, books, account, asOfMs } = accountOf(call);
  const page = await books?.accountPayouts(account.account, pageOf(call.query));
  const itemOf = ({ id, ms, amount, state, txid }: NonNullable<typeof page>['items'][number]) => ({
    id,
    ms,
    amount: String(amount),
    state,
    txid,
    explorerUrl: explorerUrl(facts.explorer.tx, 'txid', txid),
  });
  return { asOfMs, ...listed(books !== undefined, page, itemOf) };
}

/** `/chains/{chain}/accounts/{account}/credits`. */
export async function creditsDocument(call: RouteCall<ListQuery>): Promise<z.input<typeof credits>> {
  const { books, account, asOfMs } = accountOf(call);
  const page = await books?.credits(account.account, pageOf(call.query));
  return {
    asOfMs,
    ...listed(books !== undefined, page, ({ amount, ...rest }) => ({ ...rest, amount: String(amount) })),
  };
}

function pageOf({ cursor, limit }: ListQuery): { readonly after: string | null; readonly limit: number } {
  return { after: readCursor(cursor), limit };
}

/** @throws ProblemError `ADIT_API_BAD_CURSOR` where the books do not know the cursor */
function listed<Item, Document>(
  hasBooks: boolean,
  page: PageOf<Item> | undefined,
  documentOf: (item: Item) => Document,
): { readonly items: Document[]; readonly next: string | null } {
  if (page === undefined) {
    if (hasBooks) throw new ProblemError('ADIT_API_BAD_CURSOR');
    return { items: [], next: null };
  }
  return { items: page.items.map(documentOf), next: cursorOf(page.next) };
}

function payoutOf(facts: ChainFacts, { amount, fee, ...rest }: PayoutFacts): z.input<typeof payout> {
  return {
    ...rest,
    amount: String(amount),
    fee: fee === null ? null : String(fee),
    explorerUrl: explorerUrl(facts.explorer.tx, 'txid', rest.txid),
  };
}
