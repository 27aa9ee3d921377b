import { SqliteDatabase } from '@adit/ledger';
import { familyOf } from '../config/families.ts';
import { LEDGER_FAMILIES } from './chain-families.ts';
import type { ChainModules } from './ledger-modules.ts';
import { LedgerService, type LedgerServiceModules, type LedgerServiceOptions } from './ledger-service.ts';

export interface RunningLedgerOptions extends LedgerServiceOptions {
  /** Path of the books. */
  readonly file: string;
  /** Changes what the ledger asks of a chain; a demo has smaller depths. */
  readonly adjust?: (modules: ChainModules) => ChainModules;
}

/** A ledger with all that it needs, and that ends with it: its database, nodes and wallets. */
export class RunningLedger {
  readonly service: LedgerService;
  readonly #database: SqliteDatabase;
  readonly #modules: ReadonlyMap<string, ChainModules>;

  private constructor(
    service: LedgerService,
    database: SqliteDatabase,
    modules: ReadonlyMap<string, ChainModules>,
  ) {
    this.service = service;
    this.#database = database;
    this.#modules = modules;
  }

  /** Opens all of it; `service.start` begins to work. @throws AditError of the database, and of a wallet's settings */
  static async open(
    { file, adjust = (modules) => modules, ...options }: RunningLedgerOptions,
    told: Pick<LedgerServiceModules, 'onEvent' | 'watch'>,
  ): Promise<RunningLedger> {
    const database = await SqliteDatabase.open(file);
    const chainModules = new Map<string, ChainModules>();
    try {
      for (const chain of options.chains) {
        const read: SqliteDatabase['read'] = (work) => database.read(work);
        const open = LEDGER_FAMILIES[familyOf(chain.chain).kind];
        chainModules.set(chain.network, adjust(open({ chain, dataFolder: options.config.data, read })));
      }
      const service = new LedgerService(options, { database, chainModules, ...told });
      return new RunningLedger(service, database, chainModules);
    } catch (error) {
      for (const modules of chainModules.values()) modules.close();
      await database.close();
      throw error;
    }
  }

  /** Finishes what is under way, and closes everything. */
  async close(): Promise<void> {
    await this.service.stop();
    for (const modules of this.#modules.values()) modules.close();
    await this.#database.close();
  }
}
