import { type FoundShare, luckOf } from '@adit/stats';
import type { z } from 'zod';
import { cursorOf, readNumberCursor } from '../cursor.ts';
import { labelOf } from '../labels.ts';
import { ProblemError } from '../problems.ts';
import type { RouteCall } from '../route.ts';
import type { block, blocks, blocksSummary, oneBlock } from '../schema/blocks.ts';
import type { PublicSources } from '../sources.ts';
import { type ChainView, chainOf, explorerUrl } from './look-up.ts';

type BlockDocument = z.input<typeof block>;

/** Query of a list of blocks. */
export interface BlocksQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly state?: BlockDocument['state'] | undefined;
}

/** Found shares that one request looks at where it filters by state: with rare states a page may be short. */
const MOST_SCANNED = 500;
/** Windows of the summary. */
const BLOCK_WINDOWS = [10, 100, 1_000];

/** `/chains/{chain}/blocks`. */
export async function blocksDocument(call: RouteCall<BlocksQuery>): Promise<z.input<typeof blocks>> {
  const view = chainOf(call);
  const { cursor, limit, state } = call.query;
  let before = readNumberCursor(cursor);
  const items: BlockDocument[] = [];
  for (let scanned = 0; scanned < MOST_SCANNED; scanned += limit) {
    const found = view.stats?.found(view.facts.network, { before, limit }) ?? [];
    const documents = await blockDocuments(view, call.sources, found);
    for (const [i, one] of documents.entries()) {
      if (items.length === limit) break;
      before = found[i]?.id;
      if (state === undefined || one.state === state) items.push(one);
    }
    if (found.length < limit && items.length < limit) return { asOfMs: view.asOfMs, items, next: null };
    if (items.length === limit) break;
  }
  const isMore = before !== undefined && before > 1;
  return { asOfMs: view.asOfMs, items, next: cursorOf(isMore ? String(before) : null) };
}

/** `/chains/{chain}/blocks/{hash}`. */
export async function blockDocument(call: RouteCall): Promise<z.input<typeof oneBlock>> {
  const view = chainOf(call);
  const hash = call.params['hash'] ?? '';
  const known = /^[0-9a-f]{64}$/.test(hash)
    ? view.stats?.foundBy(view.facts.network, view.facts.digestOfHash(hash))
    : undefined;
  const [one] = known === undefined ? [] : await blockDocuments(view, call.sources, [known]);
  if (one === undefined) throw new ProblemError('ADIT_API_NO_BLOCK');
  return { asOfMs: view.asOfMs, block: one };
}

/** `/chains/{chain}/blocks/summary`: how lucky the pool was, with what chance explains. */
export async function summaryDocument(call: RouteCall): Promise<z.input<typeof blocksSummary>> {
  const view = chainOf(call);
  const most = BLOCK_WINDOWS.at(-1) ?? 0;
  const found = (view.stats?.found(view.facts.network, { limit: most }) ?? []).filter(
    ({ outcome }) => outcome === 'block',
  );
  const documents: BlockDocument[] = [];
  for (let i = 0; i < found.length; i += 100)
    documents.push(...(await blockDocuments(view, call.sources, found.slice(i, i + 100))));
  return {
    asOfMs: view.asOfMs,
    windows: BLOCK_WINDOWS.filter(
      (_size, i) => i === 0 || documents.length > (BLOCK_WINDOWS[i - 1] ?? 0),
    ).map((size) => {
      const within = documents.slice(0, size);
      const expected = within.reduce((sum, { effort }) => sum + effort, 0);
      const { ratio, low, high, chance } = luckOf(within.length, expected);
      const orphaned = within.filter(({ state }) => state === 'orphaned').length;
      return {
        blocks: size,
        days: null,
        found: within.length,
        expected,
        ratio,
        low,
        high,
        p: chance,
        orphaned,
      };
    }),
  };
}

/** Blocks as documents: what the statistics know, with what the books know of them. @param found at most 100 */
export async function blockDocuments(
  { facts, books }: ChainView,
  sources: PublicSources,
  found: readonly FoundShare[],
): Promise<BlockDocument[]> {
  const booked = await books?.blocks(found.map(({ digest }) => digest));
  return found.map((one) => {
    const known = booked?.get(one.digest);
    const hash = facts.hashOfDigest(one.digest);
    const privacy = sources.privacyOf(facts.network, one.account);
    return {
      hash,
      height: one.height,
      kind: one.outcome,
      foundMs: one.timeMs,
      state: known?.state ?? 'candidate',
      confirmations: known?.depth ?? null,
      needed: facts.maturity,
      effort: one.effort,
      roundSeconds: one.roundMs === null ? null : Math.max(0, one.roundMs / 1000),
      reward: known?.reward === null || known === undefined ? null : String(known.reward),
      finder: privacy === 'private' ? null : labelOf(one.account, privacy),
      explorerUrl: explorerUrl(facts.explorer.block, 'hash', hash),
    };
  });
}
