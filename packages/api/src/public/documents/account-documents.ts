import type { RigState, StatsSubject } from '@adit/stats';
import type { z } from 'zod';
import { cursorOf, readCursor } from '../cursor.ts';
import { rigName } from '../labels.ts';
import { ProblemError } from '../problems.ts';
import type { RouteCall } from '../route.ts';
import type { account, oneWorker, worker, workers } from '../schema/account.ts';
import type { RigConnections } from '../sources.ts';
import { type AccountView, accountOf } from './look-up.ts';

type WorkerDocument = z.input<typeof worker>;

/** Query of a list of rigs. */
export interface WorkersQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly state?: RigState | undefined;
  readonly sort: 'name' | 'rate' | 'last';
}

/** Rigs of an account that are read: an account has at most so many names. */
const MOST_RIGS = 10_001;
const HOUR_MS = 3_600_000;

/** `/chains/{chain}/accounts/{account}`. */
export async function accountDocument(call: RouteCall): Promise<z.input<typeof account>> {
  const view = accountOf(call);
  const { facts, stats, subject, books, account: one, asOfMs } = view;
  const name = one.account;
  const rate = stats.rates(one);
  const { state } = stats.standing(one);
  const rigs = stats.workers(facts.network, name, MOST_RIGS);
  const numberOf = (wanted: RigState) => rigs.filter((rig) => rig.state === wanted).length;
  const refused = stats.refused(one, asOfMs - HOUR_MS);
  const pool = subject === undefined ? 0 : (stats.rates(subject).h1.value ?? 0);
  const part = pool > 0 && rate.h1.value !== null ? rate.h1.value / pool : null;
  const money = await books?.balance(name);
  const last = (await books?.accountPayouts(name, { after: null, limit: 1 }))?.items[0];
  const threshold = money?.threshold ?? facts.threshold;
  return {
    asOfMs,
    account: name,
    firstSeenMs: one.firstMs,
    lastShareMs: one.lastMs,
    state,
    rate,
    workers: {
      new: numberOf('new'),
      online: numberOf('online'),
      quiet: numberOf('quiet'),
      offline: numberOf('offline'),
    },
    shares1h: { accepted: rate.h1.shares, refused },
    refusedRatio: {
      h1: refusedRatio(refused, rate.h1.shares),
      h24: refusedRatio(stats.refused(one, asOfMs - 24 * HOUR_MS), rate.h24.shares),
    },
    effort: part === null ? null : stats.effort(facts.network) * part,
    balance:
      money === undefined
        ? null
        : {
            immature: String(money.immature),
            owed: String(money.owed),
            sending: String(money.sending),
            paid: String(money.paid),
          },
    threshold: threshold === null || threshold === undefined ? null : String(threshold),
    estimate: null,
    windowRatio: part,
    lastPayout:
      last === undefined
        ? null
        : { id: last.id, ms: last.ms, amount: String(last.amount), state: last.state, txid: last.txid },
    privacy: call.sources.privacyOf(facts.network, name),
  };
}

/** `/chains/{chain}/accounts/{account}/workers`. The cursor is a place in the order that was asked for. */
export async function workersDocument(call: RouteCall<WorkersQuery>): Promise<z.input<typeof workers>> {
  const view = accountOf(call);
  const { stats, facts, account: one, asOfMs } = view;
  const { cursor, limit, state, sort } = call.query;
  const all = stats
    .workers(facts.network, one.account, MOST_RIGS)
    .filter((rig) => state === undefined || rig.state === state)
    .map(({ subject }) => ({
      subject,
      key: sort === 'rate' ? (stats.hourRate(subject).value ?? 0) : subject.lastMs,
    }));
  if (sort !== 'name') all.sort((a, b) => b.key - a.key || (a.subject.wid < b.subject.wid ? -1 : 1));
  const after = readCursor(cursor);
  // Rigs change places between two pages; the page begins behind the rig that was last, wherever it is now.
  const from = after === null ? 0 : all.findIndex(({ subject }) => subject.wid === after) + 1;
  if (after !== null && from === 0) throw new ProblemError('ADIT_API_BAD_CURSOR');
  const page = all.slice(from, from + limit);
  const connections = await call.sources.rigs(facts.network, one.account);
  const items = page.map(({ subject }) => workerOf(view, subject, connections));
  const next = from + limit < all.length ? (page.at(-1)?.subject.wid ?? null) : null;
  return { asOfMs, items, next: cursorOf(next), total: all.length };
}

/** `/chains/{chain}/accounts/{account}/workers/{wid}`. */
export async function workerDocument(call: RouteCall): Promise<z.input<typeof oneWorker>> {
  const view = accountOf(call);
  const { facts, stats, account: one, asOfMs } = view;
  const subject = stats.worker(facts.network, one.account, call.params['wid'] ?? '');
  if (subject === undefined) throw new ProblemError('ADIT_API_NO_WORKER');
  const connections = await call.sources.rigs(facts.network, one.account);
  return { asOfMs, worker: workerOf(view, subject, connections) };
}

function workerOf(
  { stats, asOfMs }: AccountView,
  subject: StatsSubject,
  connections: ReadonlyMap<string, RigConnections>,
): WorkerDocument {
  const known = connections.get(subject.name);
  const rate = stats.rates(subject);
  return {
    wid: subject.wid,
    name: rigName(subject.name, subject.account),
    state: stats.standing(subject).state,
    lastShareMs: subject.lastMs,
    sinceMs: known?.sinceMs ?? null,
    connections: known?.connections ?? null,
    port: known?.port ?? null,
    agent: null,
    difficulty: null,
    shareWeight: String(subject.lastWeight),
    rate,
    shares24h: { accepted: rate.h24.shares, refused: stats.refused(subject, asOfMs - 24 * HOUR_MS) },
    bestShareWeight: null,
  };
}

/** Null where no refusal is on record: nothing was refused, or nobody counted. */
function refusedRatio(refused: Readonly<Record<string, number>>, accepted: number): number | null {
  const counts = Object.values(refused);
  if (counts.length === 0) return null;
  const sum = counts.reduce((a, b) => a + b, 0);
  return sum / (sum + accepted);
}
