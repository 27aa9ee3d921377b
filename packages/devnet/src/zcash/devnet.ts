import type { ZcashChainParams } from '@adit/chain';
import { AditError } from '@adit/primitives';
import type { DevnetFault } from '../faults.ts';
import { DevnetRpcServer, type DevnetRpcServerOptions } from '../rpc-server.ts';
import { ChangeSignal } from './change-signal.ts';
import { NO_HABITS, type NodeHabits } from './habits.ts';
import { ZcashRpcMethods } from './rpc-methods.ts';
import {
  type CoinbaseScript,
  type DevnetBalance,
  type DevnetEvent,
  DevnetZcashChain,
  type ZcashDevnetState,
} from './zcash-chain.ts';

/** A Zcash devnet: what it begins with, and how it behaves. Only the chain is needed. */
export interface ZcashDevnetOptions extends DevnetRpcServerOptions {
  chain: ZcashChainParams;
  /** Time between blocks that the difficulty aims at. Default: the chain's. */
  blockSeconds?: number;
  /** Target of the first blocks. Default: the chain's limit. */
  initialTarget?: bigint;
  /** How many made-up transactions wait at any time. Default 3. */
  mempoolTransactions?: number;
  /** How often one of them is replaced; 0: only as blocks take them. Default 15. */
  mempoolSeconds?: number;
  /** Height of the first block, which is there from the start. Default 0. */
  startHeight?: number;
  /** Before NU7. Default 5. */
  coinbaseVersion?: 4 | 5 | 6;
  /** Whether a pool may vary the coinbase's script. Default `free`. */
  coinbaseScript?: CoinbaseScript;
  /**
   * From this height on NU7's rules hold: another branch, version 6 coinbases and no version 4, blocks three
   * times as often with a third of the subsidy, transactions good for 120 blocks instead of 40. Default: never.
   */
  nu7Height?: number;
  /** Confirmations after which a reward is mature. Default 100. */
  coinbaseMaturity?: number;
  /** What it does beside the rules, as real nodes do. Default: nothing of it. */
  habits?: Partial<NodeHabits>;
  /** Unix seconds, whole. */
  now?: () => number;
  onEvent?: (event: DevnetEvent) => void;
  /** From `exportState()`: the same chain again. */
  state?: ZcashDevnetState;
}

/** A small Zcash node with its own chain, on loopback. */
export interface ZcashDevnet {
  readonly url: string;
  readonly height: number;
  /** Blocks that came through `submitblock` and were valid. */
  readonly acceptedBlocks: number;
  close(): Promise<void>;
  /** The last `depth` blocks become a side chain. @returns hash of the new tip, display order */
  reorg(depth: number): string;
  /** A block from elsewhere. @returns its hash, display order */
  mineBlock(): string;
  staleTemplate(times: number): void;
  refreshMempool(): void;
  /** The same transactions in another order. */
  shuffleMempool(): void;
  /** The newest blocks are lost, as after a kill. @returns hash of the tip that is left, display order */
  forget(count: number): string;
  inject(fault: DevnetFault): void;
  clearFaults(): void;
  balance(): DevnetBalance;
  exportState(): ZcashDevnetState;
}

/**
 * Starts the node; it answers when the promise resolves. Every block that comes in is checked wholly, with its
 * Equihash proof, whatever made it.
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_BAD_OPTION`; node's own error when the port is taken
 */
export async function startZcashDevnet(options: ZcashDevnetOptions): Promise<ZcashDevnet> {
  const { chain: params } = options;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const initialTarget = options.initialTarget ?? params.powLimit;
  if (initialTarget < 1n || initialTarget > params.powLimit) {
    throw new AditError('ADIT_BAD_OPTION', `initialTarget must be from 1 to the limit of ${params.name}`);
  }
  const changes = new ChangeSignal();
  const habits = { ...NO_HABITS, ...options.habits };
  const chain = new DevnetZcashChain({
    chain: params,
    blockSeconds: options.blockSeconds ?? params.blockSeconds,
    initialTarget,
    mempoolTransactions: options.mempoolTransactions ?? 3,
    startHeight: options.startHeight ?? 0,
    coinbaseVersion: options.coinbaseVersion ?? 5,
    coinbaseScript: options.coinbaseScript ?? 'free',
    nu7Height: options.nu7Height,
    coinbaseMaturity: options.coinbaseMaturity ?? 100,
    now,
    onEvent: options.onEvent ?? (() => {}),
    onChange: () => methods.onChange(),
    state: options.state,
  });
  const methods = new ZcashRpcMethods({ chain, changes, now, chainName: params.name, habits });
  const server = new DevnetRpcServer(options, methods.handle);
  await server.start();
  const mempoolSeconds = options.mempoolSeconds ?? 15;
  const timer =
    mempoolSeconds > 0 ? setInterval(() => methods.refreshMempool(), mempoolSeconds * 1000) : undefined;
  // The timer alone must not keep a program alive.
  timer?.unref();
  const url = server.url;
  return {
    url,
    get height() {
      return chain.tree.tip.height;
    },
    get acceptedBlocks() {
      return chain.acceptedBlocks;
    },
    async close() {
      clearInterval(timer);
      await server.close();
    },
    reorg: (depth) => chain.reorg(depth).id,
    mineBlock: () => chain.mineBlock().id,
    staleTemplate: (times) => void methods.staleTemplate(times),
    refreshMempool: () => void methods.refreshMempool(),
    shuffleMempool: () => void methods.shuffleMempool(),
    forget: (count) => chain.forget(count).id,
    inject: (fault) => server.inject(fault),
    clearFaults: () => server.clearFaults(),
    balance: () => chain.balance(),
    exportState: () => chain.exportState(),
  };
}
