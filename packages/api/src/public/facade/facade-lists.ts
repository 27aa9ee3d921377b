import { blockDocuments } from '../documents/block-documents.ts';
import { type ChainView, explorerUrl } from '../documents/look-up.ts';
import type { PageOf, PublicSources } from '../sources.ts';
import { coins, date } from './facade-pool.ts';

/** Which page of a list: others count pages from 0. */
export interface FacadePage {
  readonly page: number;
  /** 1 to 100. */
  readonly size: number;
}

/** Rows that a caller may skip: lists of ours go on with cursors, so the rows before a page are read, too. */
const MOST_SKIPPED = 10_000;
const STEP = 100;
/** Found shares that are looked at for one page: with fruits among them, and where it filters by state, a page may be short. */
const MOST_SCANNED = 2 * MOST_SKIPPED;

const STATUS: Readonly<Record<string, string>> = {
  candidate: 'pending',
  pending: 'pending',
  confirmed: 'confirmed',
  orphaned: 'orphaned',
  refused: 'orphaned',
};

/** Blocks of a chain as others list them. @param states only these; all without it */
export async function facadeBlocks(
  view: ChainView,
  sources: PublicSources,
  { page, size }: FacadePage,
  states: ReadonlySet<string>,
): Promise<readonly object[]> {
  const { facts, stats } = view;
  const wanted: object[] = [];
  let before: number | undefined;
  let skip = Math.min(page * size, MOST_SKIPPED);
  for (let scanned = 0; wanted.length < size && scanned < MOST_SCANNED; scanned += STEP) {
    const found = stats?.found(facts.network, { before, limit: STEP }) ?? [];
    if (found.length === 0) break;
    before = found.at(-1)?.id;
    for (const one of await blockDocuments(view, sources, found)) {
      const status = STATUS[one.state] ?? 'pending';
      if (one.kind !== 'block' || (states.size > 0 && !states.has(status))) continue;
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      if (wanted.length === size) break;
      const needed = one.needed ?? 1;
      wanted.push({
        poolId: facts.name,
        blockHeight: one.height ?? 0,
        networkDifficulty: 0,
        status,
        type: 'block',
        confirmationProgress:
          status === 'confirmed' ? 1 : Math.min(1, (one.confirmations ?? 0) / Math.max(1, needed)),
        effort: one.effort,
        transactionConfirmationData: one.hash,
        reward: one.reward === null ? 0 : coins(one.reward, facts),
        infoLink: one.explorerUrl ?? undefined,
        hash: one.hash,
        miner: one.finder ?? '',
        source: '',
        created: date(one.foundMs),
      });
    }
    if (found.length < STEP) break;
  }
  return wanted;
}

/** Batches of a chain as payments. */
export async function facadePayments(view: ChainView, page: FacadePage): Promise<readonly object[]> {
  const { books } = view;
  const rows = await rowsOf(page, (after) => books?.payouts({ after, limit: STEP }));
  return rows.map(({ createdMs, sentMs, amount, txid }) =>
    payment(view, { ms: sentMs ?? createdMs, amount, txid, address: '' }),
  );
}

/** Payouts to one account. */
export async function accountPayments(
  view: ChainView,
  account: string,
  page: FacadePage,
): Promise<readonly object[]> {
  const { books } = view;
  const rows = await rowsOf(page, (after) => books?.accountPayouts(account, { after, limit: STEP }));
  return rows.map(({ ms, amount, txid }) => payment(view, { ms, amount, txid, address: account }));
}

/** Credits of one account. */
export async function balanceChanges(
  view: ChainView,
  account: string,
  page: FacadePage,
): Promise<readonly object[]> {
  const { books, facts } = view;
  const rows = await rowsOf(page, (after) => books?.credits(account, { after, limit: STEP }));
  return rows.map(({ ms, amount, height }) => ({
    poolId: facts.name,
    address: account,
    amount: coins(amount, facts),
    usage: `Reward for block ${height ?? ''}`.trimEnd(),
    created: date(ms),
  }));
}

/** Payouts of one account by days of UTC. */
export async function dailyEarnings(
  view: ChainView,
  account: string,
  { page, size }: FacadePage,
): Promise<readonly object[]> {
  const { books, facts } = view;
  const rows = await rowsOf({ page: 0, size: MOST_SKIPPED }, (after) =>
    books?.accountPayouts(account, { after, limit: STEP }),
  );
  const days = new Map<string, bigint>();
  for (const { ms, amount } of rows) {
    const day = new Date(ms).toISOString().slice(0, 10);
    days.set(day, (days.get(day) ?? 0n) + amount);
  }
  return [...days]
    .slice(page * size, (page + 1) * size)
    .map(([day, amount]) => ({ amount: coins(amount, facts), date: `${day}T00:00:00Z` }));
}

function payment(
  { facts }: ChainView,
  one: {
    readonly ms: number;
    readonly amount: bigint;
    readonly txid: string | null;
    readonly address: string;
  },
): object {
  return {
    coin: facts.coin.symbol,
    address: one.address,
    addressInfoLink: explorerUrl(facts.explorer.address, 'address', one.address || null) ?? undefined,
    amount: coins(one.amount, facts),
    transactionConfirmationData: one.txid ?? '',
    transactionInfoLink: explorerUrl(facts.explorer.tx, 'txid', one.txid || null) ?? undefined,
    created: date(one.ms),
  };
}

async function rowsOf<Item>(
  { page, size }: FacadePage,
  read: (after: string | null) => Promise<PageOf<Item> | undefined> | undefined,
): Promise<readonly Item[]> {
  const from = Math.min(page * size, MOST_SKIPPED);
  const rows: Item[] = [];
  let after: string | null = null;
  while (rows.length < from + size) {
    const found: PageOf<Item> | undefined = await read(after);
    if (found === undefined) break;
    rows.push(...found.items);
    if (found.next === null) break;
    after = found.next;
  }
  return rows.slice(from, from + size);
}
