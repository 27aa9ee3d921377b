import type { ZcashChainParams } from '@adit/chain';
import { displayHash } from '@adit/chain';
import { type EquihashSizes, EquihashVerifier, equihashSizes } from '@adit/pow';
import { AditError, encodeHex, tryDecodeHex } from '@adit/primitives';
import type { PeerEvent } from '../follow/follow-loop.ts';
import { type ParsedBlock, parseBlock } from './block.ts';
import { ancestorAt, type BlockEntry, BlockTree } from './block-tree.ts';
import type { CoinbaseScript, ZcashDevnetState, ZcashOrigin } from './chain-state.ts';
import { type BlockRule, checkBlock } from './check-block.ts';
import { STRANGER_SCRIPT } from './coinbase.ts';
import type { DifficultyRule } from './difficulty.ts';
import { blockOf, firstBlock } from './made-blocks.ts';
import { Mempool, type PaymentVerdict } from './mempool.ts';
import { ConsensusRules } from './rules.ts';
import { type Candidate, makeCandidate } from './template.ts';

/** What happens in a devnet. */
export type DevnetEvent =
  | { kind: 'block'; hash: string; height: number; submitted: boolean; bestChain: boolean }
  | { kind: 'rejected'; rule: BlockRule; hash: string | undefined }
  | { kind: 'reorg'; from: string; to: string; depth: number; height: number }
  | PeerEvent;

export interface ZcashChainOptions {
  chain: ZcashChainParams;
  blockSeconds: number;
  initialTarget: bigint;
  mempoolTransactions: number;
  startHeight: number;
  coinbaseVersion: 4 | 5 | 6;
  coinbaseScript: CoinbaseScript;
  nu7Height: number | undefined;
  coinbaseMaturity: number;
  /** Unix seconds. */
  now: () => number;
  onEvent: (event: DevnetEvent) => void;
  /** Called after each change of tip or mempool. */
  onChange: () => void;
  state?: ZcashDevnetState | undefined;
}

export type BlockVerdict =
  | { kind: 'accepted'; entry: BlockEntry }
  | { kind: 'duplicate'; entry: BlockEntry }
  | { kind: 'rejected'; rule: BlockRule };

/** Balance of the devnet's miner address. */
export interface DevnetBalance {
  /** Zatoshi on the best chain that the miner address may spend, and may not spend yet. */
  mature: bigint;
  immature: bigint;
}

/** The devnet's chain: blocks, mempool and rules, without a network. */
export class DevnetZcashChain {
  readonly sizes: EquihashSizes;
  readonly tree: BlockTree;
  readonly mempool: Mempool;
  readonly rules: ConsensusRules;
  readonly difficulty: DifficultyRule;
  acceptedBlocks = 0;
  readonly #options: ZcashChainOptions;
  readonly #verifier: EquihashVerifier;

  /** @throws AditError `ADIT_BAD_OPTION`, or the error that an invalid state causes */
  constructor(options: ZcashChainOptions) {
    const { chain, state } = options;
    if (!Number.isSafeInteger(options.startHeight) || options.startHeight < 0) {
      throw new AditError('ADIT_BAD_OPTION', 'startHeight must be an integer of at least 0');
    }
    if (
      options.nu7Height !== undefined &&
      !(Number.isSafeInteger(options.nu7Height) && options.nu7Height > 0)
    ) {
      throw new AditError('ADIT_BAD_OPTION', 'nu7Height must be an integer of at least 1');
    }
    this.#options = options;
    this.sizes = equihashSizes(chain.equihash);
    this.#verifier = new EquihashVerifier(chain.equihash);
    const { initialTarget, blockSeconds, coinbaseVersion, nu7Height } = options;
    const rules = new ConsensusRules({ blockSeconds, coinbaseVersion, nu7Height });
    this.rules = rules;
    this.mempool = new Mempool(options.mempoolTransactions, {
      rules,
      coinbaseMaturity: options.coinbaseMaturity,
    });
    const blockSecondsAt = (height: number): number => rules.at(height).blockSeconds;
    this.difficulty = { initialTarget, powLimit: chain.powLimit, blockSecondsAt };
    if (state === undefined) {
      this.tree = new BlockTree(firstBlock(options, rules, this.sizes), options.startHeight);
    } else {
      const [first, ...rest] = state.blocks.map(({ raw, internal }) => ({
        block: this.#stored(raw),
        internal,
      }));
      if (first === undefined)
        throw new AditError('ADIT_BAD_OPTION', 'state.blocks must hold at least one block');
      this.tree = new BlockTree(first.block, state.startHeight);
      for (const { block, internal } of rest) this.tree.add(block, internal);
      this.mempool.restore(
        state.transactions.map((item) => ({ ...item, raw: bytesOf(item.raw), fee: BigInt(item.fee) })),
      );
      this.acceptedBlocks = state.acceptedBlocks;
    }
    this.mempool.follow(this.tree, undefined);
  }

  /**
   * The contents of the next block.
   * @param empty whether it holds the coinbase alone
   */
  candidate(parent: BlockEntry = this.tree.tip, empty = false): Candidate {
    return this.#candidate(parent, empty ? [] : this.mempool.pending);
  }

  /** Checks a block in full and adds it. */
  submit(raw: Uint8Array): BlockVerdict {
    const block = this.#parse(raw);
    if (block === undefined) return this.#reject('unreadable', undefined);
    const id = displayHash(block.hash);
    const known = this.tree.get(id);
    if (known !== undefined) return { kind: 'duplicate', entry: known };
    const rule = this.#check(block, true);
    if (rule !== undefined) return this.#reject(rule, id);
    this.acceptedBlocks += 1;
    return { kind: 'accepted', entry: this.#add(block, true) };
  }

  /** Confirmations after which a reward can be spent. */
  get coinbaseMaturity(): number {
    return this.#options.coinbaseMaturity;
  }

  /** Hands a payment to the mempool. */
  take(raw: Uint8Array): PaymentVerdict {
    const verdict = this.mempool.take(raw);
    if (verdict.kind === 'taken') this.#options.onChange();
    return verdict;
  }

  /** The start of this chain, for a devnet that is to follow it. */
  get origin(): ZcashOrigin {
    const { chain, initialTarget, nu7Height, ...options } = this.#options;
    const { blockSeconds, startHeight, coinbaseVersion, coinbaseScript, coinbaseMaturity } = options;
    return {
      network: chain.name,
      blockSeconds,
      initialTarget: initialTarget.toString(16),
      startHeight,
      coinbaseVersion,
      coinbaseScript,
      nu7Height: nu7Height ?? null,
      coinbaseMaturity,
      first: encodeHex(this.tree.arrivals[0]?.block.raw ?? new Uint8Array(0)),
    };
  }

  /**
   * Adds a block that another devnet of this chain has checked. A known block stays as it is.
   * @throws AditError `ADIT_UNKNOWN_PARENT`, `ADIT_BAD_OPTION`, or what is wrong with the bytes
   */
  adopt(hex: string, internal: boolean): BlockEntry {
    const block = this.#stored(hex);
    return this.tree.get(displayHash(block.hash)) ?? this.#add(block, !internal);
  }

  /** Whether a block builds on a block, or holds a transaction, that is unknown here: another devnet may know it. */
  misses(raw: Uint8Array): boolean {
    const block = this.#parse(raw);
    if (block === undefined) return false;
    const [, ...others] = block.transactions;
    return (
      this.tree.get(displayHash(block.header.prevHash)) === undefined ||
      others.some(({ txid }) => this.mempool.feeOf(displayHash(txid)) === undefined)
    );
  }

  /** Whether the parent of a block is unknown here. */
  lacksParentOf(raw: Uint8Array): boolean {
    const block = this.#parse(raw);
    return block !== undefined && this.tree.get(displayHash(block.header.prevHash)) === undefined;
  }

  /**
   * Loses the newest blocks.
   * @returns the new tip
   * @throws AditError `ADIT_BAD_OPTION`
   */
  forget(count: number): BlockEntry {
    const oldTip = this.tree.tip;
    const tip = this.tree.forget(count);
    this.mempool.follow(this.tree, oldTip);
    this.#options.onChange();
    return tip;
  }

  /**
   * Checks a block without its proof. It must build on the tip.
   * @returns a kebab-case reason, or undefined if the block is valid
   */
  propose(raw: Uint8Array): string | undefined {
    const block = this.#parse(raw);
    if (block === undefined) return 'unreadable';
    if (displayHash(block.header.prevHash) !== this.tree.tip.id) return 'inconclusive-not-best-prevblk';
    return this.#check(block, false);
  }

  /** Adds a block of another miner, without proof of work, which pays {@link STRANGER_SCRIPT}. */
  mineBlock(parent: BlockEntry = this.tree.tip): BlockEntry {
    const onTip = parent === this.tree.tip;
    const candidate = this.#candidate(parent, onTip ? this.mempool.pending : [], STRANGER_SCRIPT);
    return this.#add(blockOf(candidate, this.sizes), false);
  }

  /**
   * Adds a branch that leaves out the last `depth` blocks and overtakes them.
   * @throws AditError `ADIT_BAD_OPTION` if there are too few blocks
   */
  reorg(depth: number): BlockEntry {
    const oldTip = this.tree.tip;
    const fork =
      Number.isInteger(depth) && depth >= 1 ? ancestorAt(oldTip, oldTip.height - depth) : undefined;
    if (fork === undefined) {
      throw new AditError(
        'ADIT_BAD_OPTION',
        `depth must be an integer from 1 to ${oldTip.height - this.tree.startHeight}`,
      );
    }
    let entry = this.mineBlock(fork);
    while (!this.tree.onBestChain(entry)) entry = this.mineBlock(entry);
    return entry;
  }

  balance(): DevnetBalance {
    let mature = 0n;
    let immature = 0n;
    for (let at: BlockEntry | undefined = this.tree.tip; at !== undefined; at = at.parent) {
      if (this.tree.confirmations(at) >= this.#options.coinbaseMaturity) mature += at.reward;
      else immature += at.reward;
    }
    return { mature, immature };
  }

  exportState(): ZcashDevnetState {
    const pending = new Set(this.mempool.pending);
    return {
      startHeight: this.tree.startHeight,
      acceptedBlocks: this.acceptedBlocks,
      blocks: this.tree.arrivals.map(({ block, internal }) => ({ raw: encodeHex(block.raw), internal })),
      transactions: [...this.mempool.known].map((transaction) => ({
        raw: encodeHex(transaction.raw),
        fee: transaction.fee.toString(),
        pending: pending.has(transaction),
      })),
    };
  }

  #candidate(parent: BlockEntry, transactions: Candidate['transactions'], payTo?: Uint8Array): Candidate {
    return makeCandidate({
      parent,
      transactions,
      rules: this.rules,
      difficulty: this.difficulty,
      now: this.#options.now(),
      described: this.#options.coinbaseScript !== 'undescribed',
      ...(payTo === undefined ? {} : { payTo }),
    });
  }

  #check(block: ParsedBlock, withProof: boolean): BlockRule | undefined {
    return checkBlock(block, {
      tree: this.tree,
      rules: this.rules,
      difficulty: this.difficulty,
      verifier: this.#verifier,
      now: this.#options.now(),
      feeOf: (id) => this.mempool.feeOf(id),
      withProof,
      ownScriptOnly: this.#options.coinbaseScript === 'fixed',
    });
  }

  #add(block: ParsedBlock, submitted: boolean): BlockEntry {
    const oldTip = this.tree.tip;
    const entry = this.tree.add(block, !submitted);
    const bestChain = this.tree.onBestChain(entry);
    this.#options.onEvent({ kind: 'block', hash: entry.id, height: entry.height, submitted, bestChain });
    if (!bestChain) return entry;
    if (entry.parent !== oldTip) {
      let depth = 0;
      for (let at: BlockEntry | undefined = oldTip; at && !this.tree.onBestChain(at); at = at.parent)
        depth += 1;
      this.#options.onEvent({ kind: 'reorg', from: oldTip.id, to: entry.id, depth, height: entry.height });
    }
    this.mempool.follow(this.tree, oldTip);
    this.#options.onChange();
    return entry;
  }

  #reject(rule: BlockRule, hash: string | undefined): BlockVerdict {
    this.#options.onEvent({ kind: 'rejected', rule, hash });
    return { kind: 'rejected', rule };
  }

  #parse(raw: Uint8Array): ParsedBlock | undefined {
    try {
      return parseBlock(raw, this.sizes);
    } catch (error) {
      if (error instanceof AditError) return undefined;
      throw error;
    }
  }

  #stored(hex: string): ParsedBlock {
    return parseBlock(bytesOf(hex), this.sizes);
  }
}

function bytesOf(hex: string): Uint8Array {
  const bytes = tryDecodeHex(hex);
  if (bytes === undefined)
    throw new AditError('ADIT_BAD_OPTION', 'state must hold blocks and transactions in hex');
  return bytes;
}
