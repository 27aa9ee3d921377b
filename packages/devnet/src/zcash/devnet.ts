import type { ZcashChainParams } from '@adit/chain';
import { AditError, tryDecodeHex } from '@adit/primitives';
import type { DevnetFault } from '../faults.ts';
import { DevnetRpcServer, type DevnetRpcServerOptions } from '../rpc-server.ts';
import type { CoinbaseScript, ZcashDevnetState } from './chain-state.ts';
import { ChangeSignal } from './change-signal.ts';
import { ZcashFollower, zcashOriginAt } from './follower.ts';
import { NO_HABITS, type NodeHabits } from './habits.ts';
import { ZcashPeer } from './peer.ts';
import { ZcashRpcMethods } from './rpc-methods.ts';
import {
  type OpenWallet,
  openWallet,
  type ZcashDevnetWallet,
  type ZcashDevnetWalletOptions,
} from './wallet/wallet-server.ts';
import { type DevnetBalance, type DevnetEvent, DevnetZcashChain } from './zcash-chain.ts';

/** Options of a Zcash devnet: its start and its behaviour. Only the chain is required. */
export interface ZcashDevnetOptions extends DevnetRpcServerOptions {
  chain: ZcashChainParams;
  /** Wanted time between blocks. Default: the chain's. */
  blockSeconds?: number;
  /** Target of the first blocks. Default: the chain's limit. */
  initialTarget?: bigint;
  /** Number of made-up transactions that always wait. Default 3. */
  mempoolTransactions?: number;
  /** Seconds after which one of them is replaced; 0: only when a block has taken one. Default 15. */
  mempoolSeconds?: number;
  /** Height of the first block, which exists from the start. Default 0. */
  startHeight?: number;
  /** Version of the coinbases before NU7. Default 5. */
  coinbaseVersion?: 4 | 5 | 6;
  /** Whether a pool may vary the coinbase's script. Default `free`. */
  coinbaseScript?: CoinbaseScript;
  /**
   * Height from which NU7's rules hold: another branch, version 6 coinbases and no version 4, three times as many
   * blocks with a third of the subsidy each, and transactions that expire after 120 blocks instead of 40. Default:
   * never.
   */
  nu7Height?: number;
  /** Confirmations after which a reward is mature. Default 100. */
  coinbaseMaturity?: number;
  /** Behaviour of real nodes that is not a consensus rule. Default: none of it. */
  habits?: Partial<NodeHabits>;
  /** Unix seconds, whole. */
  now?: () => number;
  onEvent?: (event: DevnetEvent) => void;
  /**
   * URL of another devnet on loopback, whose chain this one continues: blocks that either of them accepts appear on
   * both. Start, rules and coinbases are then those of the other one.
   */
  follow?: string;
  /** State from `exportState()`: the same chain continues. */
  state?: ZcashDevnetState;
}

/** A small Zcash node with its own chain, on loopback. */
export interface ZcashDevnet {
  readonly url: string;
  readonly height: number;
  /** Number of valid blocks that came through `submitblock`. */
  readonly acceptedBlocks: number;
  close(): Promise<void>;
  /**
   * Makes the last `depth` blocks a side chain.
   * @returns hash of the new tip, display order
   */
  reorg(depth: number): string;
  /**
   * Adds a block of another miner.
   * @returns its hash, display order
   */
  mineBlock(): string;
  staleTemplate(times: number): void;
  refreshMempool(): void;
  /** Puts the waiting transactions into another order. */
  shuffleMempool(): void;
  /**
   * Opens a wallet at an address of its own. It spends what it owns on this chain, and closes with the devnet.
   * @throws AditError `ADIT_NOT_LOOPBACK`; Node's own error if the port is in use
   */
  openWallet(options?: ZcashDevnetWalletOptions): Promise<ZcashDevnetWallet>;
  /** Forgets the payments that wait, as a node does that starts anew. */
  dropPayments(): void;
  /**
   * Loses the newest blocks, as a killed node does.
   * @returns hash of the new tip, display order
   */
  forget(count: number): string;
  inject(fault: DevnetFault): void;
  clearFaults(): void;
  /** Exchanges blocks with the devnet that is followed, now. @returns whether it answered */
  exchange(): Promise<boolean>;
  balance(): DevnetBalance;
  exportState(): ZcashDevnetState;
}

/**
 * Starts the node, which answers when the promise resolves. It checks every submitted block in full, Equihash proof
 * included.
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_BAD_OPTION`; Node's own error if the port is in use
 */
export async function startZcashDevnet(given: ZcashDevnetOptions): Promise<ZcashDevnet> {
  const { chain: params } = given;
  const options = given.follow === undefined ? given : await following(given, given.follow);
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const initialTarget = options.initialTarget ?? params.powLimit;
  if (initialTarget < 1n || initialTarget > params.powLimit) {
    throw new AditError('ADIT_BAD_OPTION', `initialTarget must be from 1 to the limit of ${params.name}`);
  }
  const changes = new ChangeSignal();
  const wallets = new Set<OpenWallet>();
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
    onChange: () => {
      methods.onChange();
      for (const { onChange } of wallets) onChange();
    },
    state: options.state,
  });
  const peer = new ZcashPeer(chain, options.follow === undefined);
  const methods = new ZcashRpcMethods({ chain, changes, now, chainName: params.name, habits, peer });
  const follower = followerOf(options, chain);
  const server = new DevnetRpcServer(options, async (method, values, signal) => {
    // A block may build on news that this devnet has not heard yet.
    if (follower !== undefined && method === 'submitblock') {
      const raw = tryDecodeHex(values[0]);
      if (raw !== undefined && chain.misses(raw)) await follower.exchange();
    }
    return methods.handle(method, values, signal);
  });
  if (follower !== undefined && !(await follower.exchange())) {
    follower.close();
    throw new AditError('ADIT_BAD_OPTION', `follow: the chain of ${options.follow} cannot be read`);
  }
  await server.start().catch((error: unknown) => {
    follower?.close();
    throw error;
  });
  follower?.begin();
  const mempoolSeconds = options.mempoolSeconds ?? 15;
  const timer =
    mempoolSeconds > 0 ? setInterval(() => methods.refreshMempool(), mempoolSeconds * 1000) : undefined;
  // The timer alone must not keep a program running.
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
      follower?.close();
      for (const { wallet } of wallets) await wallet.close();
      await server.close();
    },
    reorg: (depth) => chain.reorg(depth).id,
    mineBlock: () => chain.mineBlock().id,
    staleTemplate: (times) => void methods.staleTemplate(times),
    refreshMempool: () => void methods.refreshMempool(),
    async openWallet(walletOptions = {}) {
      const onClose = (): void => void wallets.delete(opened);
      const opened: OpenWallet = await openWallet(walletOptions, { chain, now, onClose });
      wallets.add(opened);
      return opened.wallet;
    },
    dropPayments: () => void methods.dropPayments(),
    shuffleMempool: () => void methods.shuffleMempool(),
    forget: (count) => chain.forget(count).id,
    inject: (fault) => server.inject(fault),
    clearFaults: () => server.clearFaults(),
    exchange: async () => (await follower?.exchange()) ?? false,
    balance: () => chain.balance(),
    exportState: () => chain.exportState(),
  };
}

/** The options of a devnet that continues another one's chain. */
async function following(options: ZcashDevnetOptions, url: string): Promise<ZcashDevnetOptions> {
  if (options.state !== undefined)
    throw new AditError('ADIT_BAD_OPTION', 'a devnet has either a state of its own, or one to follow');
  const {
    network: _network,
    first,
    nu7Height,
    initialTarget,
    ...rules
  } = await zcashOriginAt(url, options.chain.name);
  return {
    ...options,
    ...rules,
    ...(nu7Height === null ? {} : { nu7Height }),
    initialTarget: BigInt(`0x${initialTarget}`),
    state: {
      startHeight: rules.startHeight,
      acceptedBlocks: 0,
      blocks: [{ raw: first, internal: true }],
      transactions: [],
    },
  };
}

function followerOf(options: ZcashDevnetOptions, chain: DevnetZcashChain): ZcashFollower | undefined {
  const { follow: url, onEvent = () => {} } = options;
  return url === undefined ? undefined : new ZcashFollower({ url }, { chain, onEvent });
}
