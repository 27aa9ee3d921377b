import type { Aliases } from '@adit/stratum';

/** Which workers a port lets in. */
export interface PortAccess {
  /** Names of workers or accounts. Default: all. */
  readonly allow?: readonly string[];
  /** The password of the port. Default: any. */
  readonly password?: string;
  /** Short names that miners may send for accounts. The journal has the accounts. Default: none. */
  readonly aliases?: Aliases;
  /**
   * `address`: the account of a worker must be an address of the chain's network, which `PoolModules.accountsOf` reads.
   * Default: `name`, any name is an account.
   */
  readonly accounts?: 'name' | 'address';
}

/** What ports of both dialects have in common. */
export interface PortOptions {
  /** Unique within a pool: a reload and an upgrade match ports by their names. */
  readonly name: string;
  readonly dialect: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Certificate and key, read again when they change. Default: a port without TLS. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Addresses and networks (CIDR) of proxies. They must begin with a PROXY header; other peers must not. */
  readonly proxies?: readonly string[];
  /** The address that miners should connect to, for `client.reconnect`. Default: the address that they know. */
  readonly publicAddress?: { readonly host: string; readonly port: number };
  /** Default: all workers, with any password. */
  readonly access?: PortAccess;
  /** Bytes of the nonce that the pool fixes for a connection. */
  readonly nonce1Bytes: number;
  /** Weights (expected hashes) of a share: the one that a connection begins with, and the bounds. */
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Whether the start weight never changes. */
  readonly fixedWeight?: boolean;
  /** The weight of a `d=` in a password, from its decimal text. Default: `d=` is ignored. */
  readonly weightOfDifficulty?: (difficulty: string) => bigint;
  /** Wanted time between two shares of a connection. */
  readonly shareIntervalMs: number;
  /** See `VardiffOptions`. */
  readonly learningIntervalMs?: number;
  /** How long shares of the former tip are credited after a new tip, in milliseconds; default 0. */
  readonly graceMs?: number;
}

/** A port that speaks the Zcash dialect. */
export interface ZcashPortOptions extends PortOptions {
  readonly dialect: 'zcash';
  /** `trailing` is the literal reading of the protocol document. No real miner works this way. */
  readonly nonceLayout: 'leading' | 'trailing';
  readonly jobOnSubscribe: boolean;
  readonly failedResult: null | false;
  /** Default: the operator is paid by blocks, and pays the accounts. */
  readonly soloBlock?: SoloBlockOptions;
}

/** A port whose blocks pay the address of their miner. The account of each worker is that address. */
export interface SoloBlockOptions {
  /** The part of the reward that stays with the operator's address, in millionths; below one million. */
  readonly feePpm: number;
  /** Most addresses at once; default 10,000. Each has some works of its own, about 4 KiB. */
  readonly most?: number;
}

/** A port that speaks TrueStratum. */
export interface TruePortOptions extends PortOptions {
  readonly dialect: 'truestratum';
  readonly strictPrefix: boolean;
}
