import type { NodeSettings } from '@adit/chain';
import type { ChainOptions } from '@adit/pool';
import type { z } from 'zod';
import type { CHAIN_KEYS } from './chain-keys.ts';
import type { Fault } from './faults.ts';
import type { PORT_KEYS, PORT_PLACE } from './port-keys.ts';

/** The families of chains, by the names that the pool gives them. */
export type Family = ChainOptions['kind'];

/** What ports of all families have in common. */
export type CommonPort = z.infer<z.ZodObject<typeof PORT_PLACE & typeof PORT_KEYS>> & {
  readonly dialect: string;
  readonly nonce1_bytes: number;
};

/** What chains of all families have in common. */
export type CommonChain = z.infer<z.ZodObject<typeof CHAIN_KEYS>> & {
  readonly network: string;
  readonly ports: readonly CommonPort[];
};

/** A chain with its key in the file, such as `chain[0]`. */
export interface Located<Chain> {
  readonly key: string;
  readonly chain: Chain;
}

/** What a port does with the nonce. */
export interface Nonce1Use {
  /** How many bytes of it the pool fixes. */
  readonly bytes: number;
  /** Where they stand; undefined where the dialect has one place for them. */
  readonly layout: 'leading' | 'trailing' | undefined;
}

/** What the configuration, and the check of it, ask of a family of chains. */
export interface ConfigFamily<Chain extends CommonChain> {
  /** What messages call it: "the Zcash family". */
  readonly label: string;
  /** What the page of settings calls the family, and its ports. */
  readonly belongs: { readonly chain: string; readonly port: string };
  /** How its ports speak. */
  readonly dialect: string;
  /** The values of `network` that are of this family. */
  readonly networks: readonly string[];
  /** The keys that its chains and its ports may have. */
  readonly keys: { readonly chain: readonly string[]; readonly port: readonly string[] };
  /** What the pool makes of a chain. @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES` */
  options(chain: Chain): ChainOptions;
  /** What no key alone shows to be wrong. @param chains all chains of the family */
  faults(chains: readonly Located<Chain>[]): readonly Fault[];
  /** What is not taken as the file has it. */
  notices(chains: readonly Located<Chain>[]): readonly Fault[];
  nonce1Of(port: Chain['ports'][number]): Nonce1Use;
  /** Why the next process cannot serve miners beside this one; undefined where it can. */
  againstUpgrade(before: readonly Located<Chain>[], after: readonly Located<Chain>[]): string | undefined;
  /** A commented configuration. @throws AditError `ADIT_UNKNOWN_CHAIN` for a network that a pool cannot mine */
  template(network: string): string;
  /**
   * Asks a node whether it is one of this chain.
   * @returns what was found and expected where it is not; undefined where it is, or where nothing shows the contrary
   * @throws AditError where the node could not be asked
   */
  foreignNode(chain: Chain, node: NodeSettings, signal: AbortSignal): Promise<string | undefined>;
  /** What the operator of a node should know. */
  advice(chain: Chain, node: NodeSettings): Promise<string | undefined>;
}

/** A family with the shape of its part of the file. */
export interface ConfigFamilyRow<Schema extends z.ZodObject, Chain extends CommonChain>
  extends ConfigFamily<Chain> {
  readonly schema: Schema;
}
