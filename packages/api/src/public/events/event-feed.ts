import { accountDocument } from '../documents/account-documents.ts';
import { blockDocuments } from '../documents/block-documents.ts';
import { viewOf } from '../documents/look-up.ts';
import { ProblemError } from '../problems.ts';
import { EVENTS } from '../schema/events.ts';
import type { ChainFacts, PublicSources } from '../sources.ts';
import type { EventStreams } from './event-streams.ts';
import { accountTopic } from './topics.ts';

const LOOK_MS = 1_000;
const POOL_MS = 5_000;
const ACCOUNT_MS = 10_000;
/** Accounts of one look, some milliseconds each. With more than 1,000 of them each is looked at less often. */
const MOST_ACCOUNTS = 100;
/** Blocks and batches of which a change is told. */
const WATCHED = 20;

/** What the feed works with. */
export interface EventFeedModules {
  readonly sources: PublicSources;
  readonly streams: Pick<EventStreams, 'accountTopics' | 'publish'>;
  /** Called with the words of an unexpected failure. */
  readonly onProblem?: (detail: string) => void;
}

/** What was told of a chain. */
interface Told {
  height: number | null | undefined;
  pool: string;
  poolMs: number;
  /** State by the name of a block or a batch; undefined before the first look, which tells nothing. */
  blocks: ReadonlyMap<string, string> | undefined;
  payouts: ReadonlyMap<string, string> | undefined;
}

/** Looks at the readers, and tells streams what has changed. */
export class EventFeed {
  readonly #modules: EventFeedModules;
  readonly #told = new Map<string, Told>();
  /** By topic of an account: what was told, and when it was looked at. */
  readonly #accounts = new Map<string, { readonly text: string; readonly atMs: number }>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(modules: EventFeedModules) {
    this.#modules = modules;
  }

  /** Looks once, and goes on looking. */
  async start(): Promise<void> {
    try {
      await this.look(performance.now());
    } catch (error) {
      this.#modules.onProblem?.(error instanceof Error ? error.message : String(error));
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.start(), LOOK_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Tells what has changed since the last look. @param nowMs of a monotonic clock */
  async look(nowMs: number): Promise<void> {
    for (const facts of this.#modules.sources.pool().chains) await this.#lookAt(facts, nowMs);
    await this.#lookAtAccounts(nowMs);
  }

  async #lookAt(facts: ChainFacts, nowMs: number): Promise<void> {
    const { sources, streams } = this.#modules;
    const told = this.#toldOf(facts.name);
    const view = viewOf(facts, sources);
    const { stats, subject, asOfMs } = view;
    if (facts.height !== null && told.height !== facts.height) {
      if (told.height !== undefined)
        streams.publish('tip', 'tip', { chain: facts.name, height: facts.height, ms: asOfMs });
      told.height = facts.height;
    }
    if (stats === undefined || subject === undefined) return;
    const found = stats.found(facts.network, { limit: WATCHED });
    const blocks = await blockDocuments(view, sources, found);
    for (const { hash, kind, state, effort, foundMs, finder, height } of changed(
      told.blocks,
      blocks,
      'hash',
    )) {
      const event = { chain: facts.name, height, hash, kind, state, effort, foundMs, finder };
      streams.publish('block', 'block', EVENTS.block.parse(event));
    }
    told.blocks = new Map(blocks.map(({ hash, state }) => [hash, state]));
    if (nowMs - told.poolMs < POOL_MS) return;
    told.poolMs = nowMs;
    const active = stats.active(facts.network);
    const pool = {
      rate: stats.rates(subject).m10,
      miners: active.accounts,
      workers: active.workers,
      effort: stats.effort(facts.network),
      height: facts.height,
    };
    const text = JSON.stringify(pool);
    if (text !== told.pool) streams.publish('pool', 'pool', { chain: facts.name, asOfMs, ...pool });
    told.pool = text;
    const page = await view.books?.payouts({ after: null, limit: WATCHED });
    const payouts = page?.items ?? [];
    for (const { id, state, recipients, amount } of changed(told.payouts, payouts, 'id')) {
      const event = { chain: facts.name, id, state, recipients, amount: String(amount) };
      streams.publish('payout', 'payout', EVENTS.payout.parse(event));
    }
    told.payouts = new Map(payouts.map(({ id, state }) => [id, state]));
  }

  async #lookAtAccounts(nowMs: number): Promise<void> {
    const { sources, streams } = this.#modules;
    const topics = streams.accountTopics;
    for (const topic of this.#accounts.keys()) if (!topics.has(topic)) this.#accounts.delete(topic);
    const atMs = (topic: string) => this.#accounts.get(topic)?.atMs ?? -ACCOUNT_MS;
    const due = [...topics].filter((topic) => nowMs - atMs(topic) >= ACCOUNT_MS);
    due.sort((a, b) => atMs(a) - atMs(b));
    for (const topic of due.slice(0, MOST_ACCOUNTS)) {
      const text = this.#accounts.get(topic)?.text ?? '';
      this.#accounts.set(topic, { text, atMs: nowMs });
      const account = accountTopic(topic);
      if (account === undefined) continue;
      try {
        const params = { chain: account.chain, account: account.name };
        const document = await accountDocument({ sources, params, query: undefined, key: undefined });
        const event = EVENTS.account.parse({ chain: account.chain, ...document });
        const newText = JSON.stringify({ ...event, asOfMs: 0 });
        if (newText !== text) streams.publish(topic, 'account', event);
        this.#accounts.set(topic, { text: newText, atMs: nowMs });
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
    }
  }

  #toldOf(chain: string): Told {
    const known = this.#told.get(chain);
    if (known !== undefined) return known;
    const told: Told = {
      height: undefined,
      pool: '',
      poolMs: Number.NEGATIVE_INFINITY,
      blocks: undefined,
      payouts: undefined,
    };
    this.#told.set(chain, told);
    return told;
  }
}

/** Those that are new or have another state, the oldest first; none at the first look. */
function changed<
  Name extends string,
  Item extends { readonly [Key in Name]: string } & { readonly state: string },
>(before: ReadonlyMap<string, string> | undefined, items: readonly Item[], name: Name): readonly Item[] {
  if (before === undefined) return [];
  return items.filter((item) => before.get(item[name]) !== item.state).reverse();
}
