import type { LedgerDatabase } from '@adit/ledger';
import { familyOf } from '../config/families.ts';
import { LEDGER_FAMILIES } from './chain-families.ts';
import type { ChainModules } from './ledger-modules.ts';
import { guardOf, type LedgerPlace, openBooks, shownPlace } from './ledger-place.ts';
import { LedgerService, type LedgerServiceModules, type LedgerServiceOptions } from './ledger-service.ts';
import { WatchedDatabase } from './watched-database.ts';

export interface RunningLedgerOptions extends LedgerServiceOptions {
  readonly place: LedgerPlace;
  /** Changes what the ledger asks of a chain; a demo has smaller depths. */
  readonly adjust?: (modules: ChainModules, network: string) => ChainModules;
}

/** A ledger with all that it needs, and that ends with it: its database, nodes and wallets. */
export class RunningLedger {
  readonly service: LedgerService;
  readonly #databases: readonly LedgerDatabase[];
  readonly #modules: ReadonlyMap<string, ChainModules>;

  private constructor(
    service: LedgerService,
    databases: readonly LedgerDatabase[],
    modules: ReadonlyMap<string, ChainModules>,
  ) {
    this.service = service;
    this.#databases = databases;
    this.#modules = modules;
  }

  /** Opens all of it; `service.start` begins to work. @throws AditError of the database, and of a wallet's settings */
  static async open(
    { place, adjust = (modules) => modules, ...options }: RunningLedgerOptions,
    told: Pick<LedgerServiceModules, 'onEvent' | 'watch'>,
  ): Promise<RunningLedger> {
    const { onEvent } = told;
    const database = new WatchedDatabase(await openBooks(place), {
      onGone: (detail) =>
        onEvent({ kind: 'ledger_problem', cause: 'database', chain: undefined, code: undefined, detail }),
      onBack: () => onEvent({ kind: 'ledger_back', database: shownPlace(place) }),
    });
    const chainModules = new Map<string, ChainModules>();
    let beside: LedgerDatabase | undefined;
    try {
      // With a connection of its own: a look at the whole of the books must not hold up what else is read.
      beside = await openBooks(place);
      const guard = guardOf(beside, place, options.config);
      for (const chain of options.chains) {
        const read: LedgerDatabase['read'] = (work) => database.read(work);
        const open = LEDGER_FAMILIES[familyOf(chain.chain).kind];
        chainModules.set(
          chain.network,
          adjust(open({ chain, dataFolder: options.config.data, read }), chain.network),
        );
      }
      const service = new LedgerService(
        { ...options, shown: shownPlace(place) },
        { database, guard, chainModules, ...told },
      );
      return new RunningLedger(service, [database, beside], chainModules);
    } catch (error) {
      for (const modules of chainModules.values()) modules.close();
      await beside?.close();
      await database.close();
      throw error;
    }
  }

  /** Finishes what is under way, and closes everything. */
  async close(): Promise<void> {
    await this.service.stop();
    for (const modules of this.#modules.values()) modules.close();
    for (const database of this.#databases) await database.close();
  }
}
