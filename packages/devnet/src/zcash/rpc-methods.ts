import { displayHash } from '@adit/chain';
import { displayDifficulty, encodeHex, reverseBytes, targetFromBits, tryDecodeHex } from '@adit/primitives';
import { RpcFault, type RpcHandler } from '../rpc-server.ts';
import { type BlockEntry, bitsToHex } from './block-tree.ts';
import type { ChangeSignal } from './change-signal.ts';
import type { NodeHabits } from './habits.ts';
import type { ZcashPeer } from './peer.ts';
import { notHex, orInvalid } from './refusals.ts';
import type { NetworkRules } from './rules.ts';
import { TemplateMethods } from './template-methods.ts';
import { TransactionMethods } from './transaction-methods.ts';
import type { DevnetZcashChain } from './zcash-chain.ts';

export interface RpcMethodsModules {
  chain: DevnetZcashChain;
  changes: ChangeSignal;
  /** Unix seconds. */
  now: () => number;
  /** Shown in `getblockchaininfo`. */
  chainName: string;
  habits: NodeHabits;
  /** For devnets that follow this one. */
  peer: ZcashPeer;
}

type Method = (params: readonly unknown[], signal: AbortSignal) => unknown;

const NOT_FOUND = -8;
/** Zebra has its own code for what it does not find. */
const ZEBRA_NOT_FOUND = -5;
/** The devnet's JSON-RPC methods. They answer as Zebra does. */
export class ZcashRpcMethods {
  readonly #modules: RpcMethodsModules;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #templates: TemplateMethods;
  readonly #transactions: TransactionMethods;

  constructor(modules: RpcMethodsModules) {
    this.#modules = modules;
    const { chain, peer } = modules;
    this.#templates = new TemplateMethods(modules);
    this.#transactions = new TransactionMethods(chain);
    this.#methods = new Map<string, Method>([
      ['getblocktemplate', ([request], signal) => this.#templates.get(request, signal)],
      ['submitblock', ([data], signal) => this.#submitBlock(data, signal)],
      ['getblockcount', () => chain.tree.tip.height],
      ['getbestblockhash', () => chain.tree.tip.id],
      ['getblockhash', ([height]) => this.#atHeight(height).id],
      ['getblockheader', ([hash, verbose]) => this.#getBlockHeader(hash, verbose)],
      ['getblock', ([hash, verbosity]) => this.#getBlock(hash, verbosity)],
      ['getrawtransaction', ([txid, verbose]) => this.#transactions.get(txid, verbose)],
      ['sendrawtransaction', ([hex]) => this.#transactions.send(hex)],
      ['getrawmempool', () => chain.mempool.pending.map(({ id }) => id)],
      ['getblockchaininfo', () => this.#getBlockchainInfo()],
      ['getmininginfo', () => this.#getMiningInfo()],
      [
        'getinfo',
        () => ({
          version: 10_000,
          build: 'adit-devnet',
          subversion: '/AditDevnet:0.1.0/',
          ...this.#summary(),
        }),
      ],
      [
        'getnetworkinfo',
        () => ({
          version: 10_000,
          subversion: '/AditDevnet:0.1.0/',
          protocolversion: 170_140,
          connections: 1,
        }),
      ],
      ['getblocksubsidy', ([height]) => getBlockSubsidy(chain.rules.at(this.#heightOrNext(height)))],
      ['devnet_reorg', ([depth]) => orInvalid(() => chain.reorg(Number(depth)).id)],
      ['devnet_mineBlock', () => orInvalid(() => chain.mineBlock().id)],
      ['devnet_staleTemplate', ([times]) => this.staleTemplate(Number(times))],
      ['devnet_refreshMempool', () => this.refreshMempool()],
      ['devnet_shuffleMempool', () => this.shuffleMempool()],
      ['devnet_forget', ([count]) => orInvalid(() => chain.forget(Number(count)).id)],
      ['devnet_dropPayments', () => this.dropPayments()],
      ['devnet_balance', () => chain.balance()],
      ['devnet_origin', () => chain.origin],
      ['devnet_news', ([from]) => peer.news(from)],
      ['devnet_take', ([gift]) => orInvalid(() => peer.take(gift))],
      ['devnet_acceptedBlocks', () => chain.acceptedBlocks],
    ]);
  }

  readonly handle: RpcHandler = (method, params, signal) => {
    const run = this.#methods.get(method);
    if (run === undefined) throw new RpcFault(-32601, 'Method not found');
    return run(params, signal);
  };

  /**
   * Makes the next `times` templates build on the tip's parent, as those of a node that lags.
   * @throws RpcFault
   */
  staleTemplate(times: number): number {
    return this.#templates.lag(times);
  }

  refreshMempool(): true {
    this.#modules.chain.mempool.refresh();
    this.#modules.changes.notify();
    return true;
  }

  /** Forgets the payments that wait, as a node does that starts anew. */
  dropPayments(): true {
    this.#modules.chain.mempool.dropPayments();
    this.#modules.changes.notify();
    return true;
  }

  /** Puts the same transactions into another order in the next template. */
  shuffleMempool(): true {
    this.#modules.chain.mempool.shuffle();
    this.#modules.changes.notify();
    return true;
  }

  /** Call it after each change of tip or mempool. */
  onChange(): void {
    this.#templates.onChange();
  }

  async #submitBlock(data: unknown, signal: AbortSignal): Promise<string | null> {
    const raw = tryDecodeHex(data);
    if (raw === undefined) throw notHex(this.#modules.habits, 'the block must be in hex');
    const { chain, changes, habits } = this.#modules;
    while (habits.waitsForParents && chain.lacksParentOf(raw)) {
      if (signal.aborted || changes.full) throw new RpcFault(-32603, 'the caller hung up');
      await changes.wait(2 ** 31 - 1, signal);
    }
    const verdict = chain.submit(raw);
    // The broken rule stays in the node's log, as with Zebra: the caller only gets "rejected".
    if (verdict.kind === 'rejected') return 'rejected';
    if (verdict.kind === 'accepted') return null;
    return chain.tree.onBestChain(verdict.entry) ? 'duplicate' : 'duplicate-inconclusive';
  }

  #getBlockHeader(hash: unknown, verbose: unknown): unknown {
    const entry = this.#find(hash);
    if (verbose === false)
      return encodeHex(entry.block.raw.subarray(0, entry.block.headerBytes.length + this.#proofBytes()));
    return this.#describe(entry);
  }

  #getBlock(hash: unknown, verbosity: unknown): unknown {
    const entry =
      typeof hash === 'string' && /^\d{1,10}$/.test(hash) ? this.#atHeight(Number(hash)) : this.#find(hash);
    if (verbosity === 0 || verbosity === false) return encodeHex(entry.block.raw);
    const tx =
      verbosity === 2
        ? entry.block.transactions.map((item) => this.#transactions.describe(item, entry))
        : entry.txids;
    return { ...this.#describe(entry), size: entry.block.raw.length, tx };
  }

  #proofBytes(): number {
    const { sizes } = this.#modules.chain;
    return sizes.prefix.length + sizes.solutionBytes;
  }

  #describe(entry: BlockEntry): Record<string, unknown> {
    const { tree } = this.#modules.chain;
    const { header, solution } = entry.block;
    const next = tree.onBestChain(entry) ? tree.at(entry.height + 1)?.id : undefined;
    return {
      hash: entry.id,
      confirmations: tree.confirmations(entry),
      height: entry.height,
      version: header.version,
      merkleroot: displayHash(header.merkleRoot),
      blockcommitments: displayHash(header.reserved),
      finalsaplingroot: '00'.repeat(32),
      time: header.time,
      nonce: encodeHex(reverseBytes(header.nonce)),
      solution: encodeHex(solution),
      bits: bitsToHex(header.bits),
      difficulty: this.#difficulty(entry),
      previousblockhash: displayHash(header.prevHash),
      ...(next === undefined ? {} : { nextblockhash: next }),
    };
  }

  #getBlockchainInfo(): Record<string, unknown> {
    const { tree, rules } = this.#modules.chain;
    return {
      // Zebra gives this name to Regtest too.
      chain: this.#modules.habits.zebraWords ? 'test' : this.#modules.chainName,
      ...this.#summary(),
      headers: tree.tip.height,
      estimatedheight: tree.tip.height,
      bestblockhash: tree.tip.id,
      verificationprogress: 1,
      initial_block_download_complete: true,
      upgrades: this.#upgrades(),
      consensus: {
        chaintip: branchHex(rules.at(tree.tip.height)),
        nextblock: branchHex(rules.at(tree.tip.height + 1)),
      },
    };
  }

  /** Upgrades by branch, with the heights at which they begin. */
  #upgrades(): Record<string, unknown> {
    const { tree, rules } = this.#modules.chain;
    const heights = [tree.startHeight, ...(rules.nu7Height === undefined ? [] : [rules.nu7Height])];
    return Object.fromEntries(
      heights.map((height) => [
        branchHex(rules.at(height)),
        {
          name: rules.at(height).name,
          activationheight: height,
          status: tree.tip.height >= height ? 'active' : 'pending',
        },
      ]),
    );
  }

  #heightOrNext(height: unknown): number {
    return typeof height === 'number' ? height : this.#modules.chain.tree.tip.height + 1;
  }

  #getMiningInfo(): Record<string, unknown> {
    const { chain, chainName } = this.#modules;
    const expected = Number((1n << 256n) / targetFromBits(chain.candidate().bits));
    const rate = Math.floor(expected / chain.rules.at(chain.tree.tip.height + 1).blockSeconds);
    return { ...this.#summary(), networksolps: rate, networkhashps: rate, chain: chainName, testnet: true };
  }

  #summary(): { blocks: number; difficulty: number } {
    const { tip } = this.#modules.chain.tree;
    return { blocks: tip.height, difficulty: this.#difficulty(tip) };
  }

  #difficulty(entry: BlockEntry): number {
    return displayDifficulty(
      this.#modules.chain.difficulty.powLimit,
      targetFromBits(entry.block.header.bits),
    );
  }

  #find(hash: unknown): BlockEntry {
    const entry = typeof hash === 'string' ? this.#modules.chain.tree.get(hash) : undefined;
    const { habits, chain } = this.#modules;
    if (habits.zebraWords && (entry === undefined || !chain.tree.onBestChain(entry)))
      throw new RpcFault(ZEBRA_NOT_FOUND, 'block height not in best chain');
    if (entry === undefined) throw new RpcFault(NOT_FOUND, 'block hash not found');
    return entry;
  }

  #atHeight(height: unknown): BlockEntry {
    const entry = typeof height === 'number' ? this.#modules.chain.tree.at(height) : undefined;
    if (entry === undefined) throw new RpcFault(NOT_FOUND, 'block height not in best chain');
    return entry;
  }
}

function branchHex({ branchId }: NetworkRules): string {
  return branchId.toString(16).padStart(8, '0');
}

function getBlockSubsidy({ subsidy, fundingStream, lockbox }: NetworkRules): Record<string, unknown> {
  const coins = (zatoshi: bigint): number => Number(zatoshi) / 1e8;
  const stream = (recipient: string, value: bigint) => ({
    recipient,
    specification: 'https://zips.z.cash/zip-0214',
    value: coins(value),
    valueZat: value,
  });
  return {
    fundingstreams: [stream('Devnet grants', fundingStream)],
    lockboxstreams: [stream('Lockbox', lockbox)],
    miner: coins(subsidy - fundingStream - lockbox),
    founders: 0,
    fundingstreamstotal: coins(fundingStream),
    lockboxtotal: coins(lockbox),
    totalblocksubsidy: coins(subsidy),
  };
}
