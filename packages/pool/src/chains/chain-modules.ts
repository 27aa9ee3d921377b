import type { Nonce1Keeper } from '../nonce1/keeper.ts';
import { FULL } from '../shares/full.ts';
import type { ChainModules } from './chain-family.ts';
import { Networks } from './networks.ts';

/** What all chains of a pool are given alike. */
export type CommonModules = Omit<ChainModules, 'duplicates' | 'nonce1Of' | 'liveSince'>;

/** Makes what each chain of a pool is given: some of it belongs to the chain's network. */
export class ChainModuleMaker {
  readonly #common: CommonModules;
  readonly #nonce1: Nonce1Keeper;
  readonly #networks: Networks;

  constructor(common: CommonModules, nonce1: Nonce1Keeper) {
    this.#common = common;
    this.#nonce1 = nonce1;
    const { journal, port } = common;
    const onFull = (group: string) => port.onEvent({ kind: 'problem', what: FULL, detail: group });
    this.#networks = new Networks({ journal, onFull });
  }

  of(network: string): ChainModules {
    return {
      ...this.#common,
      duplicates: this.#networks.duplicatesOf(network),
      nonce1Of: (length) => this.#nonce1.of(network, length),
      liveSince: () => this.#networks.liveSince(network),
    };
  }

  /** A chain has been made of what its network was given. */
  join(network: string, chain: { readonly liveSince: number }): void {
    this.#networks.join(network, chain);
  }
}
