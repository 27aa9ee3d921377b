/** What consensus wants of a block and its transactions at one height. */
export interface NetworkRules {
  /** As `getblockchaininfo` calls the upgrade. */
  readonly name: string;
  readonly branchId: number;
  /** Versions that a transaction may have. */
  readonly versions: readonly number[];
  /** Of the coinbases that the node makes. */
  readonly coinbaseVersion: 4 | 5 | 6;
  /** Time between blocks that the difficulty aims at. */
  readonly blockSeconds: number;
  /** For how many blocks a transaction that a wallet makes is good. */
  readonly expiryBlocks: number;
  /** Zatoshi that a block makes, and what of them is not the miner's. The lockbox is no output. */
  readonly subsidy: bigint;
  readonly fundingStream: bigint;
  readonly lockbox: bigint;
}

export interface ConsensusOptions {
  readonly blockSeconds: number;
  /** Before NU7; after it coinbases are of version 6. */
  readonly coinbaseVersion: 4 | 5 | 6;
  /** Height of NU7's first block; never where left out. */
  readonly nu7Height?: number | undefined;
}

/** NU6.3. The devnet's chain begins in this upgrade. */
export const BRANCH_ID = 0x37a5165b;
export const NU7_BRANCH_ID = 0x77190ad9;
/** NU6.3's mainnet subsidy and its split: 80 % miner, 8 % funding stream, 12 % lockbox. */
export const SUBSIDY = 156_250_000n;
export const FUNDING_STREAM = 12_500_000n;
export const LOCKBOX = 18_750_000n;
/** Blocks of NU7 for one of before: they come so much faster, and make so much less. */
const NU7_BLOCKS = 3;

/** The rules in force by height: NU6.3, and NU7 from some height on. */
export class ConsensusRules {
  /** Undefined where NU7 never comes. */
  readonly nu7Height: number | undefined;
  readonly #before: NetworkRules;
  readonly #after: NetworkRules;

  constructor({ blockSeconds, coinbaseVersion, nu7Height }: ConsensusOptions) {
    this.nu7Height = nu7Height;
    this.#before = {
      name: 'NU6.3',
      branchId: BRANCH_ID,
      versions: [4, 5, 6],
      coinbaseVersion,
      blockSeconds,
      expiryBlocks: 40,
      subsidy: SUBSIDY,
      fundingStream: FUNDING_STREAM,
      lockbox: LOCKBOX,
    };
    this.#after = {
      name: 'NU7',
      branchId: NU7_BRANCH_ID,
      versions: [5, 6],
      coinbaseVersion: 6,
      blockSeconds: Math.max(1, Math.round(blockSeconds / NU7_BLOCKS)),
      expiryBlocks: 40 * NU7_BLOCKS,
      subsidy: SUBSIDY / BigInt(NU7_BLOCKS),
      fundingStream: FUNDING_STREAM / BigInt(NU7_BLOCKS),
      lockbox: LOCKBOX / BigInt(NU7_BLOCKS),
    };
  }

  at(height: number): NetworkRules {
    return this.nu7Height !== undefined && height >= this.nu7Height ? this.#after : this.#before;
  }
}
