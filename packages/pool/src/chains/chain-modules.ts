import type { Nonce1Keeper } from '../nonce1/keeper.ts';
import type { PoolModules } from '../pool-modules.ts';
import type { ChainModules } from './chain-family.ts';
import { Networks } from './networks.ts';

/** The modules that all chains of a pool share. */
export type CommonModules = Omit<ChainModules, 'duplicates' | 'nonce1Of' | 'liveSince'> &
  Pick<PoolModules, 'accountsOf' | 'payeesOf'>;

/** Makes the modules of each chain of a pool. Some of them belong to the chain's network. */
export class ChainModuleMaker {
  readonly #common: CommonModules;
  readonly #nonce1: Nonce1Keeper;
  readonly #networks: Networks;

  constructor(common: CommonModules, nonce1: Nonce1Keeper) {
    this.#common = common;
    this.#nonce1 = nonce1;
    const { journal, port } = common;
    const onFull = (detail: string) => port.onEvent({ kind: 'problem', cause: 'duplicates_full', detail });
    this.#networks = new Networks({ journal, onFull });
  }

  of(network: string): ChainModules {
    const { accountsOf, payeesOf, ...common } = this.#common;
    return {
      ...common,
      port: { ...common.port, readAccount: accountsOf?.(network), readPayee: payeesOf?.(network) },
      duplicates: this.#networks.duplicatesOf(network),
      nonce1Of: (length) => this.#nonce1.of(network, length),
      liveSince: () => this.#networks.liveSince(network),
    };
  }

  /** Adds a chain that was opened with the modules of its network. */
  join(network: string, chain: { readonly liveSince: number }): void {
    this.#networks.join(network, chain);
  }
}
