import type { IncomingMessage, ServerResponse } from 'node:http';
import { viewOf } from '../documents/look-up.ts';
import { AnswerCache, type ReadyAnswer, readyAnswer } from '../http/answer-cache.ts';
import type { PublicExtension } from '../http/public-server.ts';
import { readQuery } from '../http/read-path.ts';
import { API_HEADERS, respond } from '../http/respond.ts';
import { ProblemError } from '../problems.ts';
import type { PublicSources } from '../sources.ts';
import {
  accountPayments,
  balanceChanges,
  dailyEarnings,
  type FacadePage,
  facadeBlocks,
  facadePayments,
} from './facade-lists.ts';
import { facadeAccount, facadeMiner, facadeSamples } from './facade-miner.ts';
import { coins, date, facadePool, topMiners, whole } from './facade-pool.ts';

const KEPT = { maxEntries: 1_000, maxBytes: 16 * 1024 * 1024 };
const SECONDS = 10;
const USUAL_SIZE = 15;
const MOST_SIZE = 100;
const JSON_TYPE = 'application/json; charset=utf-8';
const HELP =
  'pools, pools/{id}, pools/{id}/performance|miners|blocks|payments, pools/{id}/miners/{address}\n';

/** What the facade works with. */
export interface MiningcoreFacadeModules {
  readonly sources: PublicSources;
}

/**
 * The API of Miningcore, read only, for programs that know it. Paths and names of parameters may have any case, as they have there. A
 * miner that nobody knows has zeros, as there; so has a private one.
 */
export class MiningcoreFacade implements PublicExtension {
  readonly #modules: MiningcoreFacadeModules;
  readonly #kept = new AnswerCache(KEPT);

  constructor(modules: MiningcoreFacadeModules) {
    this.#modules = modules;
  }

  async take(
    request: IncomingMessage,
    response: ServerResponse,
    { segments, search }: { readonly segments: readonly string[]; readonly search: string },
  ): Promise<boolean> {
    const [, first = '', ...rest] = segments;
    const name = first.toLowerCase();
    const isV2 = name === 'v2';
    const parts = isV2 ? rest : [first, ...rest];
    const [root = ''] = parts;
    if (name === 'v1' || !ROOTS.has(root.toLowerCase())) return false;
    // Other parameters change no answer: with them in the key, each of them would make an answer anew.
    const query = Object.fromEntries(
      Object.entries(readQuery(search))
        .map(([parameter, value]) => [parameter.toLowerCase(), value] as const)
        .filter(([parameter]) => PARAMETERS.has(parameter)),
    );
    const key = JSON.stringify([
      isV2,
      parts.map((part, i) => (isAccount(parts, i) ? part : part.toLowerCase())),
      query,
    ]);
    const answer = await this.#kept.get(key, () => this.#make(parts, query, isV2));
    respond(request, response, answer, API_HEADERS);
    return true;
  }

  close(): void {}

  async #make(
    parts: readonly string[],
    query: Readonly<Record<string, string>>,
    isV2: boolean,
  ): Promise<ReadyAnswer> {
    const root = parts[0]?.toLowerCase();
    if (root === 'health-check') return readyAnswer(200, 'text/plain; charset=utf-8', '👍', SECONDS);
    if (root === 'help') return readyAnswer(200, 'text/plain; charset=utf-8', HELP, SECONDS);
    const page = pageIn(query);
    const found = await this.#answer(parts, query, page);
    if (found === undefined) throw new ProblemError('ADIT_API_NOT_FOUND');
    if (!isV2) return readyAnswer(200, JSON_TYPE, JSON.stringify(found), SECONDS);
    const list = Array.isArray(found) ? (found as readonly object[]) : undefined;
    if (list === undefined) throw new ProblemError('ADIT_API_NOT_FOUND');
    // Lists of ours do not know how long they are: there is a next page for as long as pages are full.
    const pageCount = list.length === page.size ? page.page + 2 : page.page + (list.length > 0 ? 1 : 0);
    return readyAnswer(200, JSON_TYPE, JSON.stringify({ result: list, success: true, pageCount }), SECONDS);
  }

  async #answer(
    parts: readonly string[],
    query: Readonly<Record<string, string>>,
    page: FacadePage,
  ): Promise<object | undefined> {
    const { sources } = this.#modules;
    const { chains } = sources.pool();
    const [root = '', id = '', list = '', name = '', part = '', last = '', ...more] = parts;
    const states = new Set(
      (query['state'] ?? '')
        .toLowerCase()
        .split(',')
        .filter((state) => state !== ''),
    );
    if (root.toLowerCase() === 'blocks' && parts.length === 1) {
      const all = await Promise.all(
        chains.map((facts) => facadeBlocks(viewOf(facts, sources), sources, page, states)),
      );
      return all.flat();
    }
    if (root.toLowerCase() !== 'pools' || more.length > 0) return undefined;
    if (parts.length === 1)
      return { pools: await Promise.all(chains.map((facts) => facadePool(facts, sources))) };
    const facts = chains.find((one) => one.name.toLowerCase() === id.toLowerCase());
    if (facts === undefined) throw new ProblemError('ADIT_API_NO_CHAIN');
    if (parts.length === 2) return { pool: await facadePool(facts, sources) };
    const view = viewOf(facts, sources);
    const what = list.toLowerCase();
    if (parts.length === 3) {
      if (what === 'performance') return { stats: poolPerformance(view, query) };
      if (what === 'miners') return topMiners(view, sources, page.size, page.page * page.size);
      if (what === 'blocks') return facadeBlocks(view, sources, page, states);
      return what === 'payments' ? facadePayments(view, page) : undefined;
    }
    if (what !== 'miners') return undefined;
    const account = facadeAccount(view, sources, name);
    if (parts.length === 4) return facadeMiner(view, account, query['perfmode'] ?? 'day');
    const asked = [part, last]
      .filter((one) => one !== '')
      .join('/')
      .toLowerCase();
    if (asked === 'performance') return facadeSamples(view, account, query['mode'] ?? 'day');
    if (asked === 'settings') {
      const balance = account === undefined ? undefined : await view.books?.balance(account.account);
      const threshold = balance?.threshold ?? (account === undefined ? null : facts.threshold);
      return threshold === null ? undefined : { paymentThreshold: coins(threshold, facts) };
    }
    const read = ACCOUNT_LISTS[asked];
    if (read === undefined) return undefined;
    return account === undefined ? [] : read(view, account.account, page);
  }
}

/** The parameters that change an answer. */
const PARAMETERS: ReadonlySet<string> = new Set(['page', 'pagesize', 'state', 'perfmode', 'mode', 'r']);

const ROOTS: ReadonlySet<string> = new Set(['pools', 'blocks', 'health-check', 'help']);

const ACCOUNT_LISTS: Readonly<Record<string, typeof accountPayments>> = {
  payments: accountPayments,
  balancechanges: balanceChanges,
  'earnings/daily': dailyEarnings,
};

/** Names of accounts are compared as they are. */
function isAccount(parts: readonly string[], index: number): boolean {
  return index === 3 && parts[2]?.toLowerCase() === 'miners';
}

function pageIn(query: Readonly<Record<string, string>>): FacadePage {
  const number = (text: string | undefined, byDefault: number) =>
    text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : byDefault;
  return {
    page: number(query['page'], 0),
    size: Math.min(MOST_SIZE, Math.max(1, number(query['pagesize'], USUAL_SIZE))),
  };
}

/** `/pools/{id}/performance`: a day by hours, or a month by days. */
function poolPerformance(
  { facts, stats, subject }: ReturnType<typeof viewOf>,
  query: Readonly<Record<string, string>>,
): readonly object[] {
  const isMonth = (query['r'] ?? '').toLowerCase() === 'month';
  const series = subject === undefined ? undefined : stats?.series(subject, isMonth ? '30d' : '24h');
  if (series === undefined || subject === undefined) return [];
  const samples = [];
  const size = 6;
  const difficultyOne = facts.difficultyOne ?? 0;
  const weight = stats?.networkWeight(subject) ?? 0;
  for (let i = 0; i + size <= series.steps.length; i += size) {
    const seconds = (size * series.stepMs) / 1000;
    const steps = series.steps.slice(i, i + size);
    if (steps.every((step) => step === null)) continue;
    const sum = steps.reduce((all, step) => all + Number(step?.weight ?? 0n), 0);
    const shares = steps.reduce((all, step) => all + (step?.shares ?? 0), 0);
    samples.push({
      poolHashrate: whole(sum / seconds),
      connectedMiners: 0,
      validSharesPerSecond: whole(shares / seconds),
      networkHashrate: whole(facts.blockSeconds === null ? 0 : weight / facts.blockSeconds),
      networkDifficulty: difficultyOne === 0 ? 0 : weight / difficultyOne,
      created: date(series.fromMs + i * series.stepMs),
    });
  }
  return samples;
}
