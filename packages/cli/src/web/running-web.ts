import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  type ChainBooks,
  EventFeed,
  EventStreams,
  MiningcoreFacade,
  PublicServer,
  type PublicSources,
  type RigConnections,
  StaticFiles,
} from '@adit/api/public';
import { groupIdOf, OWNER_ONLY, readableBy } from '@adit/journal';
import type { LedgerReader } from '@adit/ledger';
import { messageOf } from '@adit/primitives';
import { openStatsReadOnly, StatsQueries, StatsThread } from '@adit/stats';
import { hostAndPort } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';
import { askPool } from '../control/client.ts';
import { ledgerChains } from '../ledger/ledger-chains.ts';
import { ledgerPlace, openBooksReader } from '../ledger/ledger-place.ts';
import { hasBooks } from '../ledger/open-ledger.ts';
import { poolFacts } from './pool-facts.ts';
import { type AskPool, PoolWatch } from './pool-watch.ts';
import { ViewKeys } from './view-keys.ts';
import { WebBooks } from './web-books.ts';

/** What `adit web` runs with. */
export interface RunningWebOptions {
  readonly config: Config;
  readonly configFile: string;
  /** Folder of the pages; undefined, or one that does not exist, for the API alone. */
  readonly pages: string | undefined;
  /** How the pool is asked: by its control socket where left out. */
  readonly ask?: AskPool;
}

/** File of the statistics in the data folder. */
const STATS_FILE = 'stats.db';
/** How often it looks for books that were not there, or that it could not read. */
const BOOKS_MS = 10_000;
/** Requests of one address at once, in seconds of its rate. */
const BURST_SECONDS = 5;
/** An answer about the rigs of an account serves so long: pages ask for the list and for single rigs. */
const RIGS_MS = 3_000;
/** Accounts whose rigs are remembered. */
const MOST_RIGS_KEPT = 256;

/** The public server with its three readers: the journals, the pool, and the books. None of them can change anything. */
export class RunningWeb {
  readonly #options: RunningWebOptions;
  readonly #onProblem: (problem: string) => void;
  readonly #thread: StatsThread;
  readonly #watch: PoolWatch;
  readonly #server: PublicServer;
  readonly #feed: EventFeed;
  readonly #file: string;
  readonly #books = new Map<string, ChainBooks>();
  readonly #rigs = new Map<
    string,
    { readonly atMs: number; readonly rigs: Promise<ReadonlyMap<string, RigConnections>> }
  >();
  #queries: { readonly queries: StatsQueries; readonly close: () => void } | undefined;
  #reader: LedgerReader | undefined;
  /** Why the books cannot be read, as it was told last. */
  #booksProblem = '';
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param onProblem called with words for the operator @throws AditError of the configuration and of files */
  constructor(options: RunningWebOptions, onProblem: (problem: string) => void) {
    this.#options = options;
    this.#onProblem = onProblem;
    const { config, pages } = options;
    const { web, data, group } = config;
    mkdirSync(data, { recursive: true, mode: 0o700 });
    this.#file = path.join(data, STATS_FILE);
    const access = group === undefined ? OWNER_ONLY : readableBy(groupIdOf(group));
    const networks = Object.fromEntries(config.chain.map(({ name, network }) => [name, network]));
    this.#watch = new PoolWatch(options.ask ?? ((question) => askPool(config.control, question)), () =>
      this.#thread.noteAlive(Date.now()),
    );
    const keys = new ViewKeys(data);
    const sources: PublicSources = {
      pool: () => poolFacts(config, this.#watch.status),
      stats: () => this.#queries?.queries,
      books: (network) => this.#books.get(network),
      privacyOf: () => web.privacy,
      mayView: (network, account, key) => keys.isKey(network, account, key),
      rigs: (_network, account) => this.#rigsOf(account),
    };
    const files = pages !== undefined && existsSync(pages) ? { files: new StaticFiles(pages) } : {};
    const streams = new EventStreams(
      {},
      {
        isShown: (chain, account) => this.#isShown(chain, account),
        asOfMs: () => this.#queries?.queries.takenMs() ?? 0,
      },
    );
    this.#feed = new EventFeed({ sources, streams, onProblem });
    this.#server = new PublicServer(
      {
        ...hostAndPort(web.listen),
        allowedHosts: web.allowed_hosts,
        trustedProxies: web.trusted_proxies,
        perSecond: web.requests_per_second,
        burst: web.requests_per_second * BURST_SECONDS,
      },
      { sources, onProblem, extensions: [streams, new MiningcoreFacade({ sources })], ...files },
    );
    this.#thread = new StatsThread(
      { dataFolder: data, file: this.#file, access, networks },
      { onProblem, onOpen: () => this.#openStats() },
    );
  }

  /** @returns the port in use @throws AditError `ADIT_WEB_LISTEN` */
  async start(): Promise<number> {
    const port = await this.#server.start();
    void this.#watch.start();
    void this.#openBooks();
    void this.#feed.start();
    return port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watch.close();
    this.#feed.close();
    await this.#server.close();
    await this.#thread.close();
    this.#queries?.close();
    await this.#reader?.close();
  }

  /** The thread has opened the file: before that it may be one of another version, which the thread removes. */
  #openStats(): void {
    this.#queries?.close();
    this.#queries = undefined;
    try {
      const db = openStatsReadOnly(this.#file);
      this.#queries = { queries: new StatsQueries(db), close: () => db.close() };
    } catch (error) {
      this.#onProblem(messageOf(error));
    }
  }

  /** Unknown and private accounts are answered alike. */
  #isShown(chain: string, account: string): boolean {
    const { config } = this.#options;
    const network = config.chain.find(({ name }) => name === chain)?.network;
    if (network === undefined || config.web.privacy === 'private') return false;
    return this.#queries?.queries.account(network, account) !== undefined;
  }

  async #openBooks(): Promise<void> {
    const { config, configFile } = this.#options;
    const chains = ledgerChains(config);
    if (chains.length === 0 || this.#isClosed) return;
    try {
      const place = ledgerPlace(config, configFile);
      if (await hasBooks(place)) {
        const reader = await openBooksReader(place);
        this.#reader = reader;
        for (const { network } of chains) this.#books.set(network, new WebBooks(network, reader));
        if (this.#isClosed) await reader.close();
        return;
      }
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.#booksProblem) this.#onProblem(`the books cannot be read: ${problem}`);
      this.#booksProblem = problem;
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#openBooks(), BOOKS_MS);
  }

  #rigsOf(account: string): Promise<ReadonlyMap<string, RigConnections>> {
    const atMs = performance.now();
    const known = this.#rigs.get(account);
    if (known !== undefined && known.atMs > atMs - RIGS_MS) return known.rigs;
    this.#rigs.delete(account);
    for (const oldest of this.#rigs.keys()) {
      if (this.#rigs.size < MOST_RIGS_KEPT) break;
      this.#rigs.delete(oldest);
    }
    const rigs = this.#watch.rigs(account).then(
      (found) =>
        new Map(
          found.map(({ name, connections, ports, accepted, refused, sinceMs }) => [
            name,
            {
              connections,
              sinceMs: Math.round(Date.now() - sinceMs),
              port: ports[0] ?? null,
              accepted,
              refused,
            },
          ]),
        ),
    );
    this.#rigs.set(account, { atMs, rigs });
    return rigs;
  }
}
