import type { NodeSettings } from '@adit/chain';
import type { ChainOptions, PayeeReader } from '@adit/pool';
import type { z } from 'zod';
import type { CHAIN_KEYS } from './chain-keys.ts';
import type { Coin } from './coins.ts';
import type { Fault } from './faults.ts';
import type { WalletKind } from './money-keys.ts';
import type { PORT_KEYS, PORT_PLACE } from './port-keys.ts';

/** The families of chains, with the names that the pool has for them. */
export type Family = ChainOptions['kind'];

/** The settings that ports of all families have. */
export type CommonPort = z.infer<z.ZodObject<typeof PORT_PLACE & typeof PORT_KEYS>> & {
  readonly dialect: string;
  readonly nonce1_bytes: number;
};

/** The settings that chains of all families have. */
export type CommonChain = z.infer<z.ZodObject<typeof CHAIN_KEYS>> & {
  readonly network: string;
  readonly ports: readonly CommonPort[];
};

/** A chain with its key in the file, such as `chain[0]`. */
export interface Located<Chain> {
  readonly key: string;
  readonly chain: Chain;
}

/** How a port uses the nonce. */
export interface Nonce1Use {
  /** Number of bytes that the pool fixes. */
  readonly bytes: number;
  /** Where these bytes stand; undefined if the dialect has only one place for them. */
  readonly layout: 'leading' | 'trailing' | undefined;
}

/** What an operator has said to `adit init`. */
export interface TemplateChoices {
  /** host:port where miners reach the first port. */
  readonly publicAddress?: string;
}

/** What a node says of itself. */
interface NodeIntroduction {
  /** What was found and what was expected; undefined if it belongs to the chain, or if nothing shows otherwise. */
  readonly foreign: string | undefined;
  /** How far its clock is ahead of ours; undefined if it tells no time. */
  readonly clockOffsetMs: number | undefined;
}

/** What the configuration, and the check of it, need from a family of chains. */
export interface ConfigFamily<Chain extends CommonChain> {
  /** Name of the family in tables. */
  readonly kind: Family;
  /** Name of the family in messages: "the Zcash family". */
  readonly label: string;
  /** Names of the family, and of its ports, on the page of settings. */
  readonly belongs: { readonly chain: string; readonly port: string };
  /** The dialect of its ports. */
  readonly dialect: string;
  /** The values of `network` that belong to this family. */
  readonly networks: readonly string[];
  /** How its money is written. */
  coin(chain: Chain): Coin;
  /**
   * Faults of the addresses that its blocks pay, which the file has to name; null where the chain itself says whom a block
   * pays. It loads codes and curves of addresses, which a pool without a ledger does not need.
   */
  readonly rewardFaults:
    | ((network: string, addresses: readonly string[]) => Promise<readonly string[]>)
    | null;
  /** Whether its nodes say what a share is worth: schemes that pay shares at once need it. */
  readonly hasPrices: boolean;
  /**
   * How blocks of its chains pay their miners; null where the node's coinbase cannot be divided. It loads codes and curves of
   * addresses, so it is called for chains with such ports only.
   */
  readonly blockPay: {
    /** Whether a port of the chain pays in the block. */
    isUsed(chain: Chain): boolean;
    /** Addresses in the file that a coinbase cannot pay. */
    faults(chain: Located<Chain>): Promise<readonly Fault[]>;
    /** @returns what reads the addresses of a network that a coinbase can pay */
    reader(): Promise<(network: string) => PayeeReader | undefined>;
  } | null;
  /** The kinds of wallets that can pay on its chains. */
  readonly wallets: readonly WalletKind[];
  /** The keys that its chains and its ports may have. */
  readonly keys: { readonly chain: readonly string[]; readonly port: readonly string[] };
  /**
   * The pool's options for a chain.
   * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES`
   */
  options(chain: Chain): ChainOptions;
  /**
   * Faults that no key shows alone.
   * @param chains all chains of the family
   */
  faults(chains: readonly Located<Chain>[]): readonly Fault[];
  /** Settings that the pool replaces by other values. */
  notices(chains: readonly Located<Chain>[]): readonly Fault[];
  nonce1Of(port: Chain['ports'][number]): Nonce1Use;
  /** Why the next process cannot serve miners beside this one; undefined if it can. */
  againstUpgrade(before: readonly Located<Chain>[], after: readonly Located<Chain>[]): string | undefined;
  /** A commented configuration. @throws AditError `ADIT_UNKNOWN_CHAIN` for a network that a pool cannot mine */
  template(network: string, choices: TemplateChoices): string;
  /**
   * Asks a node whether it belongs to this chain, and what time it has.
   * @throws AditError if the node could not be asked
   */
  introduce(chain: Chain, node: NodeSettings, signal: AbortSignal): Promise<NodeIntroduction>;
  /** Advice to the operator of a node; undefined if there is none. */
  advice(chain: Chain, node: NodeSettings): Promise<string | undefined>;
}

/** A family, with the schema of its chains in the file. */
export interface ConfigFamilyRow<Schema extends z.ZodObject, Chain extends CommonChain>
  extends ConfigFamily<Chain> {
  readonly schema: Schema;
}
