import type { Authorizer } from '@adit/stratum';

/** What ports of both dialects have in common. */
export interface PortOptions {
  /** For log and events. */
  readonly name: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly authorize: Authorizer;
  /** Bytes of the nonce that the pool fixes for a connection. */
  readonly nonce1Bytes: number;
  /** Weight (expected hashes) of a share: where a connection begins, and the bounds. */
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Wanted time between two shares of a connection. */
  readonly shareIntervalMs: number;
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
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
