/** The consensus rules for a block and its transactions at one height. */
export interface NetworkRules {
  /** Name of the upgrade in `getblockchaininfo`. */
  readonly name: string;
  readonly branchId: number;
  /** Versions that a transaction may have. */
  readonly versions: readonly number[];
  /** Version of the coinbases that the node makes. */
  readonly coinbaseVersion: 4 | 5 | 6;
  /** Wanted time between blocks. */
  readonly blockSeconds: number;
  /** Number of blocks after which a transaction of a wallet expires. */
  readonly expiryBlocks: number;
  /** Zatoshi that a block creates, and the parts that do not go to the miner. The lockbox is not an output. */
  readonly subsidy: bigint;
  readonly fundingStream: bigint;
  readonly lockbox: bigint;
}

export interface ConsensusOptions {
  readonly blockSeconds: number;
  /** Version of coinbases before NU7; from NU7 on it is 6. */
  readonly coinbaseVersion: 4 | 5 | 6;
  /** Height of NU7's first block. Default: never. */
  readonly nu7Height?: number | undefined;
}

/** NU6.3. The devnet's chain begins in this upgrade. */
export const BRANCH_ID = 0x37a5165b;
export const NU7_BRANCH_ID = 0x77190ad9;
/** NU6.3's mainnet subsidy and its split: 80 % miner, 8 % funding stream, 12 % lockbox. */
export const SUBSIDY = 156_250_000n;
export const FUNDING_STREAM = 12_500_000n;
const LOCKBOX = 18_750_000n;
/** NU7 makes this many blocks in the time of one before, each with this fraction of the subsidy. */
const NU7_BLOCKS = 3;

/** The rules by height: NU6.3, and NU7 from some height on. */
export class ConsensusRules {
  /** Undefined if NU7 never begins. */
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
