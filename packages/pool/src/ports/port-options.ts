/** Who is let in. */
export interface PortAccess {
  /** Names of workers or accounts; anybody where left out. */
  readonly allow?: readonly string[];
  /** The password of the port; any where left out. */
  readonly password?: string;
}

/** What ports of both dialects have in common. */
export interface PortOptions {
  /** For log and events; unique within a pool, since a reload and an upgrade match ports by it. */
  readonly name: string;
  /** How the port speaks. */
  readonly dialect: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Certificate and key, read again when they change; plain text where left out. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Addresses and networks (CIDR) of proxies: they must begin with a PROXY header, nobody else may. */
  readonly proxies?: readonly string[];
  /** What miners should connect to, for `client.reconnect`; the address they know where left out. */
  readonly publicAddress?: { readonly host: string; readonly port: number };
  /** Anybody with any password where left out. */
  readonly access?: PortAccess;
  /** Bytes of the nonce that the pool fixes for a connection. */
  readonly nonce1Bytes: number;
  /** Weight (expected hashes) of a share: where a connection begins, and the bounds. */
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** The start weight stays. */
  readonly fixedWeight?: boolean;
  /** What `d=` in a password means: decimal text to weight. Ignored where left out. */
  readonly weightOfDifficulty?: (difficulty: string) => bigint;
  /** Wanted time between two shares of a connection. */
  readonly shareIntervalMs: number;
  /** See `VardiffOptions`. */
  readonly learningIntervalMs?: number;
  /** Shares of the former tip are credited for so long after the new one; default 0. */
  readonly graceMs?: number;
}

export interface ZcashPortOptions extends PortOptions {
  readonly dialect: 'zcash';
  /** `trailing` is the literal reading of the protocol document; no real miner works so. */
  readonly nonceLayout: 'leading' | 'trailing';
  readonly jobOnSubscribe: boolean;
  readonly failedResult: null | false;
}

export interface TruePortOptions extends PortOptions {
  readonly dialect: 'truestratum';
  readonly strictPrefix: boolean;
}
