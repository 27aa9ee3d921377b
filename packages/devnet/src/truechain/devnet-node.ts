import { TrueHashDataset } from '@adit/pow';
import { encodeHex, messageOf } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import { DevnetDatasets, type ReadyDataset } from './devnet-datasets.ts';
import type { DevnetFruit } from './fruit-pool.ts';
import {
  type ReadOptions,
  readOptions,
  type TrueChainDevnetEvent,
  type TrueChainDevnetOptions,
  type TrueChainDevnetState,
  type TrueOrigin,
} from './options.ts';
import { SyntheticPast } from './past.ts';
import { Payments } from './payments.ts';
import { rewardsTo } from './rpc-values.ts';
import { type DevnetBlock, SnailChain } from './snail-chain.ts';
import { hashOfHeader } from './snail-header.ts';
import { type HandedWork, WorkDesk } from './work-desk.ts';

/** A node starts to build the next epoch's dataset this many blocks before the epoch. */
const BUILD_AHEAD = 12;
const TRUE_FATES: ReadonlySet<string> = new Set(['block', 'fruit', 'sibling', 'ignored', 'swallowed']);

/** The node behind the devnet's RPC. It connects the chain, the datasets and the work desk. */
export class DevnetNode {
  readonly chain: SnailChain;
  readonly payments: Payments;
  readonly #options: ReadOptions;
  readonly #datasets: DevnetDatasets;
  readonly #desk: WorkDesk;
  readonly #onEvent: (event: TrueChainDevnetEvent) => void;
  /** Resolves when the submissions so far have been processed, one after the other. */
  #line: Promise<void> = Promise.resolve();
  #acceptedBlocks: number;
  #acceptedFruits: number;

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(given: TrueChainDevnetOptions) {
    const { state, now = Date.now, onEvent = () => undefined } = given;
    const build = given.buildDataset ?? (async (seeds) => TrueHashDataset.fromSeeds(seeds));
    const options = readOptions({
      ...given,
      ...(state === undefined ? {} : { startNumber: state.startNumber, salt: state.salt }),
    });
    this.#options = options;
    this.#onEvent = onEvent;
    this.#acceptedBlocks = state?.acceptedBlocks ?? 0;
    this.#acceptedFruits = state?.acceptedFruits ?? 0;
    const chain = new SnailChain(options, new SyntheticPast(options.startNumber, options.salt), now, state);
    this.chain = chain;
    this.payments = new Payments(
      options,
      { fast: chain.fast, rewardsOf: (account, number) => rewardsTo(chain, account, number) },
      state?.payments,
    );
    this.#datasets = new DevnetDatasets(options, { hashOf: (number) => chain.hashOf(number), build });
    this.#desk = new WorkDesk(options, chain, this.#datasets, now);
  }

  get coinbase(): Uint8Array {
    return this.chain.coinbase;
  }

  /** Blocks from submitWork that were proven and became the tip of the chain. */
  get acceptedBlocks(): number {
    return this.#acceptedBlocks;
  }

  /** Fruits from submitWork that were proven and went into the pool. */
  get acceptedFruits(): number {
    return this.#acceptedFruits;
  }

  /** Builds the present dataset, and the next one if its epoch is near. */
  async prepareDatasets(): Promise<void> {
    for (const number of [this.chain.head + 1, this.chain.head + 1 + BUILD_AHEAD]) {
      if (this.#datasets.readyFor(number) !== undefined) continue;
      const { epoch } = await this.#datasets.forNumber(number);
      this.#onEvent({ kind: 'dataset', epoch });
    }
  }

  async getWork(): Promise<HandedWork | undefined> {
    // Without a `submitMs` there is no queue, and waiting for it could change the order of the steps of a test.
    if (this.#options.submitMs > 0) await this.#line;
    return this.#desk.getWork();
  }

  /**
   * Like miner_setEtherbase. Headers that were given out before still pay the former address.
   * @param address 20 bytes
   */
  setEtherbase(address: Uint8Array): void {
    this.chain.coinbase = address;
  }

  loseFruits(on: boolean): void {
    this.#desk.loseFruits(on);
  }

  presentDataset(): ReadyDataset | undefined {
    return this.#datasets.readyFor(this.chain.head + 1);
  }

  pendingBlock(): DevnetBlock | undefined {
    const template = this.chain.template();
    if (template === undefined) {
      // There is nothing to mine, but the number of the next block is known.
      const top = this.chain.blockAt(this.chain.head);
      if (top === undefined) return undefined;
      return { ...top, header: { ...top.header, number: this.chain.head + 1 }, fruits: [] };
    }
    const { header, fruits } = template;
    return { header, hash: hashOfHeader(header), fruits, origin: 'submitted' };
  }

  /** Answers as the node does: true means "submitted", even if the submission is lost later. */
  async submitWork(nonce: bigint, headerHash: Uint8Array, mix: Uint8Array): Promise<boolean> {
    const { submitMs } = this.#options;
    if (submitMs === 0) return this.#judge(nonce, headerHash, mix);
    const judged = this.#line.then(async () => {
      await sleepFor(submitMs);
      return this.#judge(nonce, headerHash, mix);
    });
    this.#line = judged.then(() => undefined);
    return judged;
  }

  async #judge(nonce: bigint, headerHash: Uint8Array, mix: Uint8Array): Promise<boolean> {
    const { fate, header } = await this.#desk.submit(nonce, headerHash, mix);
    if (fate === 'block') {
      this.#acceptedBlocks += 1;
      this.#newHead(this.chain.blockAt(this.chain.head), false);
    } else if (fate === 'fruit') {
      this.#acceptedFruits += 1;
      this.#onEvent({ kind: 'fruit', fastNumber: header?.fastNumber ?? 0 });
    } else if (fate === 'sibling' || fate === 'swallowed' || fate === 'ignored') {
      this.#onEvent({ kind: 'lost', number: header?.number ?? 0, fate });
    } else {
      this.#onEvent({ kind: 'refused', reason: fate });
    }
    return TRUE_FATES.has(fate);
  }

  /**
   * Adds a snail block of another miner.
   * @returns its number
   */
  mineBlock(): number {
    const block = this.chain.mineElsewhere();
    this.#newHead(block, true);
    return block.header.number;
  }

  /** @returns numbers of the blocks that are orphans now */
  reorg(depth: number, options: { readonly keepFruits?: boolean } = {}): number[] {
    const orphans = this.chain.reorg(depth, options.keepFruits ?? true);
    for (const { header } of orphans) this.#onEvent({ kind: 'orphaned', number: header.number });
    this.#newHead(this.chain.blockAt(this.chain.head), true);
    return orphans.map(({ header }) => header.number);
  }

  /** Takes a branch and fruits of another devnet of this chain. @throws as `SnailChain.adopt` */
  adopt(branch: readonly DevnetBlock[], fruits: readonly DevnetFruit[]): void {
    const orphans = this.chain.adopt(branch);
    for (const { header } of orphans ?? []) this.#onEvent({ kind: 'orphaned', number: header.number });
    if (orphans !== undefined) this.#newHead(this.chain.blockAt(this.chain.head), true);
    for (const { header, origin } of fruits) this.chain.addFruit(header, origin);
  }

  /** The start of this chain and its rules, for a devnet that is to follow it. */
  get origin(): TrueOrigin {
    const { coinbase, difficulty, fruitDifficulty, tip9, submitMs: _submitMs, ...more } = this.#options;
    const { accounts, chainId, refusing: _refusing, ...rules } = more;
    return {
      ...rules,
      chainId: Number(chainId),
      accounts: Object.fromEntries([...accounts].map(([account, wei]) => [account, String(wei)])),
      genesisMs: this.chain.genesisMs,
      coinbase: `0x${encodeHex(coinbase)}`,
      ...(tip9 === undefined ? {} : { tip9 }),
      ...(difficulty === undefined ? {} : { difficulty: difficulty.toString() }),
      ...(fruitDifficulty === undefined ? {} : { fruitDifficulty: fruitDifficulty.toString() }),
    };
  }

  staleWork(times: number): void {
    this.#desk.repeatOldWork(times);
  }

  exportState(): TrueChainDevnetState {
    return {
      ...this.chain.exportState(),
      payments: structuredClone(this.payments.exportState()),
      startNumber: this.#options.startNumber,
      salt: this.#options.salt,
      acceptedBlocks: this.#acceptedBlocks,
      acceptedFruits: this.#acceptedFruits,
    };
  }

  #newHead(block: DevnetBlock | undefined, elsewhere: boolean): void {
    if (block === undefined) return;
    this.#onEvent({ kind: 'block', number: block.header.number, fruits: block.fruits.length, elsewhere });
    // In the background, as in a node: until the dataset is ready, the seedhash in getWork is empty.
    this.prepareDatasets().catch((error: unknown) =>
      this.#onEvent({ kind: 'refused', reason: `the dataset could not be built: ${messageOf(error)}` }),
    );
  }
}
