import { z } from 'zod';
import { accountDocument, workerDocument, workersDocument } from './documents/account-documents.ts';
import { blockDocument, blocksDocument, summaryDocument } from './documents/block-documents.ts';
import {
  accountPayoutsDocument,
  creditsDocument,
  payoutDocument,
  payoutsDocument,
} from './documents/money-documents.ts';
import { chainDocument, minersDocument, poolDocument, portsDocument } from './documents/pool-documents.ts';
import { accountSeries, chainSeries, workerSeries } from './documents/series-documents.ts';
import { accountPayoutsTable, blocksTable, creditsTable, payoutsTable } from './documents/tables.ts';
import { type Route, route } from './route.ts';
import { account, oneWorker, rigState, workers } from './schema/account.ts';
import { blocks, blocksSummary, oneBlock } from './schema/blocks.ts';
import { accountPayouts, credits, onePayout, payouts } from './schema/payouts.ts';
import { blockState, chain, miners, pool, ports } from './schema/pool.ts';
import { METRICS, RANGES, series } from './schema/series.ts';

/** How long figures serve: the pages ask every few seconds. */
const FIGURES_S = 5;
/** Charts change once a minute. */
const CHART_S = 30;
/** A table is a hundred questions to the books. */
const TABLE_S = 60;
/** The reason for the bound: a page of 100 rows is some 40 KB. */
const MOST_ROWS = 100;
const USUAL_ROWS = 25;

const none = z.strictObject({});
const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(MOST_ROWS)
  .default(USUAL_ROWS)
  .describe('most rows of the page');
const cursor = z.string().min(1).max(200).optional().describe('`next` of the page before');
const list = z.strictObject({ cursor, limit });
const chart = z.strictObject({
  metric: z.enum(METRICS).default('rate'),
  range: z.enum(RANGES).default('24h'),
});

const CHAIN = '/api/v1/chains/{chain}';
const ACCOUNT = `${CHAIN}/accounts/{account}`;
const WORKER = `${ACCOUNT}/workers/{wid}`;

/** Every path of the API but that of events. The document of the API and the server are both made of this table. */
export const ROUTES: readonly Route[] = [
  route({
    id: 'pool',
    path: '/api/v1/pool',
    summary: 'the pool and all its chains',
    query: none,
    answer: pool,
    seconds: FIGURES_S,
    build: poolDocument,
  }),
  route({
    id: 'chain',
    path: CHAIN,
    summary: 'one chain, with its network',
    query: none,
    answer: chain,
    seconds: FIGURES_S,
    build: chainDocument,
  }),
  route({
    id: 'ports',
    path: `${CHAIN}/ports`,
    summary: 'how to connect: ports, and the lines that start miners',
    query: none,
    answer: ports,
    seconds: FIGURES_S,
    build: portsDocument,
  }),
  route({
    id: 'chainSeries',
    path: `${CHAIN}/series`,
    summary: 'a chart of the chain',
    query: chart,
    answer: series,
    seconds: CHART_S,
    build: chainSeries,
  }),
  route({
    id: 'miners',
    path: `${CHAIN}/miners`,
    summary: 'the 50 largest accounts of the last hour, with shortened names',
    query: none,
    answer: miners,
    seconds: CHART_S,
    build: minersDocument,
  }),
  route({
    id: 'blocks',
    path: `${CHAIN}/blocks`,
    summary: 'found blocks, the newest first',
    query: list.extend({ state: blockState.optional() }),
    answer: blocks,
    seconds: FIGURES_S,
    build: blocksDocument,
  }),
  route({
    id: 'blocksSummary',
    path: `${CHAIN}/blocks/summary`,
    summary: 'found blocks beside those that were to be expected',
    query: none,
    answer: blocksSummary,
    seconds: CHART_S,
    build: summaryDocument,
  }),
  route({
    id: 'block',
    path: `${CHAIN}/blocks/{hash}`,
    summary: 'one found block',
    query: none,
    answer: oneBlock,
    seconds: FIGURES_S,
    build: blockDocument,
  }),
  route({
    id: 'payouts',
    path: `${CHAIN}/payouts`,
    summary: 'batches of payouts, the newest first',
    query: list,
    answer: payouts,
    seconds: FIGURES_S,
    build: payoutsDocument,
  }),
  route({
    id: 'payout',
    path: `${CHAIN}/payouts/{id}`,
    summary: 'one batch of payouts',
    query: none,
    answer: onePayout,
    seconds: FIGURES_S,
    build: payoutDocument,
  }),
  route({
    id: 'account',
    path: ACCOUNT,
    summary: 'one account: rates, rigs, money',
    query: none,
    answer: account,
    seconds: FIGURES_S,
    build: accountDocument,
  }),
  route({
    id: 'accountSeries',
    path: `${ACCOUNT}/series`,
    summary: 'a chart of the account',
    query: chart,
    answer: series,
    seconds: CHART_S,
    build: accountSeries,
  }),
  route({
    id: 'workers',
    path: `${ACCOUNT}/workers`,
    summary: 'rigs of the account that sent a share in the last 24 hours',
    query: list.extend({
      state: rigState.optional(),
      sort: z.enum(['name', 'rate', 'last']).default('name'),
    }),
    answer: workers,
    seconds: FIGURES_S,
    build: workersDocument,
  }),
  route({
    id: 'worker',
    path: WORKER,
    summary: 'one rig',
    query: none,
    answer: oneWorker,
    seconds: FIGURES_S,
    build: workerDocument,
  }),
  route({
    id: 'workerSeries',
    path: `${WORKER}/series`,
    summary: 'a chart of the rig',
    query: chart,
    answer: series,
    seconds: CHART_S,
    build: workerSeries,
  }),
  route({
    id: 'accountPayouts',
    path: `${ACCOUNT}/payouts`,
    summary: 'payouts to the account, the newest first',
    query: list,
    answer: accountPayouts,
    seconds: FIGURES_S,
    build: accountPayoutsDocument,
  }),
  route({
    id: 'credits',
    path: `${ACCOUNT}/credits`,
    summary: 'credits of the account, the newest first',
    query: list,
    answer: credits,
    seconds: FIGURES_S,
    build: creditsDocument,
  }),
  route({
    id: 'blocksTable',
    path: `${CHAIN}/blocks.csv`,
    summary: 'the newest 10,000 found blocks, as a table',
    query: none,
    answer: undefined,
    seconds: TABLE_S,
    build: blocksTable,
  }),
  route({
    id: 'payoutsTable',
    path: `${CHAIN}/payouts.csv`,
    summary: 'the newest 10,000 batches of payouts, as a table',
    query: none,
    answer: undefined,
    seconds: TABLE_S,
    build: payoutsTable,
  }),
  route({
    id: 'accountPayoutsTable',
    path: `${ACCOUNT}/payouts.csv`,
    summary: 'the newest 10,000 payouts to the account, as a table',
    query: none,
    answer: undefined,
    seconds: TABLE_S,
    build: accountPayoutsTable,
  }),
  route({
    id: 'creditsTable',
    path: `${ACCOUNT}/credits.csv`,
    summary: 'the newest 10,000 credits of the account, as a table',
    query: none,
    answer: undefined,
    seconds: TABLE_S,
    build: creditsTable,
  }),
];
