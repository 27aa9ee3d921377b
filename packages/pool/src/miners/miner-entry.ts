/** A worker on one connection, as it is at this moment. */
export interface MinerEntry {
  readonly worker: string;
  readonly port: string;
  readonly connection: number;
  readonly address: string;
  /** How long ago its connection was made. */
  readonly sinceMs: number;
  readonly accepted: number;
  readonly refused: number;
  /** Expected solutions (Equihash) or hashes (TrueHash) of its accepted shares. */
  readonly weight: bigint;
  /** The same, a second: an average that fades over ten minutes. */
  readonly rate: number;
  /** How long ago its last share was accepted; undefined before the first. */
  readonly lastShareMs: number | undefined;
}
