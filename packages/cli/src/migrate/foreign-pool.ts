/** A port of another pool's configuration. */
export interface ForeignPort {
  readonly port: number;
  /** Address to listen on; undefined for all. */
  readonly host: string | undefined;
  /** As the other program counts it: 8,192 solutions are difficulty 1 on every chain. */
  readonly difficulty: number | undefined;
  /** Undefined where the difficulty is fixed. */
  readonly varDiff:
    | {
        readonly min: number | undefined;
        readonly max: number | undefined;
        readonly seconds: number | undefined;
      }
    | undefined;
  readonly isTls: boolean;
  /** In PEM; undefined for another form. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly isProxied: boolean;
}

/** A node of another pool's configuration. Its password is not among what is taken over. */
export interface ForeignNode {
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
}

/** What the configuration of a pool of another program says, as far as Adit has a counterpart. */
export interface ForeignPool {
  /** Its name there. */
  readonly id: string;
  /** Its coin there, such as `zcash.json`. */
  readonly coin: string;
  readonly ports: readonly ForeignPort[];
  readonly nodes: readonly ForeignNode[];
  readonly rewardAddresses: readonly string[];
  /** Sum of all recipients of fees. */
  readonly feePercent: number;
  /** As the other program calls it. */
  readonly scheme: string | undefined;
  /** Expected blocks in the window. */
  readonly window: number | undefined;
  /** In whole coins. */
  readonly minimum: number | undefined;
  readonly isBanning: boolean | undefined;
  readonly banSeconds: number | undefined;
  readonly idleSeconds: number | undefined;
  readonly refreshSeconds: number | undefined;
  /** Keys without a counterpart, and why, one sentence each. */
  readonly leftOut: readonly string[];
}
