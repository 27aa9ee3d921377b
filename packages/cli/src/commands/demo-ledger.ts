import path from 'node:path';
import { SqliteDatabase } from '@adit/ledger';
import type { BlockRules } from '@adit/money';
import { familyOf } from '../config/families.ts';
import { configSchema } from '../config/schema.ts';
import { LEDGER_FAMILIES } from '../ledger/chain-families.ts';
import { ledgerChains } from '../ledger/ledger-chains.ts';
import type { ChainModules } from '../ledger/ledger-modules.ts';
import { LedgerService } from '../ledger/ledger-service.ts';
import type { LedgerEvent } from '../log/ledger-event.ts';
import { describe } from '../log/lines.ts';
import type { DemoMoney } from './demo-families.ts';

/** A chain of the demo, as its ledger knows it. */
export interface DemoLedgerChain {
  readonly name: string;
  readonly nodeUrl: string;
  readonly money: DemoMoney;
}

/** Depths of the demo: a reward is paid out within a minute or two. */
const RULES: BlockRules = { confirmDepth: 2, matureDepth: 5, closedDepth: 1_000, lostDepth: 20, nodes: 1 };
const SETTLE_DEPTH = 2;
/** Often enough for a person who watches. */
const PAUSES = { ingest: 500, blocks: 1_000, payouts: 1_000 };

/** The ledger of the demo: the same service as `adit ledger run`, with smaller depths. */
export class DemoLedger {
  readonly #service: LedgerService;
  readonly #database: SqliteDatabase;
  readonly #modules: ReadonlyMap<string, ChainModules>;

  private constructor(
    service: LedgerService,
    parts: {
      readonly database: SqliteDatabase;
      readonly modules: ReadonlyMap<string, ChainModules>;
    },
  ) {
    this.#service = service;
    this.#database = parts.database;
    this.#modules = parts.modules;
  }

  /** Opens the books of a demo and begins to work. @param data folder of the pool */
  static async start(
    data: string,
    demoChains: readonly DemoLedgerChain[],
    onEvent: (event: LedgerEvent) => void,
  ): Promise<DemoLedger> {
    const config = configSchema.parse({
      data,
      ledger: { settle_seconds: 5 },
      chain: demoChains.map(({ name, nodeUrl, money }) => ({
        name,
        network: money.network,
        nodes: [{ url: nodeUrl }],
        ports: [{ listen: '127.0.0.1:0', dialect: money.dialect, start_difficulty: 1 }],
        money: money.settings,
      })),
    });
    const chains = ledgerChains(config);
    const database = await SqliteDatabase.open(path.join(data, 'ledger.db'));
    const modules = new Map<string, ChainModules>();
    for (const chain of chains) {
      const read: SqliteDatabase['read'] = (work) => database.read(work);
      const made = LEDGER_FAMILIES[familyOf(chain.chain).kind]({ chain, dataFolder: data, read });
      modules.set(chain.network, { ...made, rulesOf: () => RULES, settleDepth: SETTLE_DEPTH });
    }
    const service = new LedgerService(
      { config, chains, pauseMs: PAUSES },
      { database, chainModules: modules, onEvent },
    );
    await service.start();
    return new DemoLedger(service, { database, modules });
  }

  async close(): Promise<void> {
    await this.#service.stop();
    for (const modules of this.#modules.values()) modules.close();
    await this.#database.close();
  }
}

/** Events that happen all the time, or say only that nothing is to be done. */
const UNREMARKABLE: ReadonlySet<LedgerEvent['kind']> = new Set(['ledger_ingested', 'payout_waits']);

/** The line for an event that a person wants to see; undefined for all others. */
export function notableMoney(event: LedgerEvent): string | undefined {
  return UNREMARKABLE.has(event.kind) ? undefined : describe(event).text;
}
