import { AditError } from '@adit/primitives';
import type { DevnetFault } from '../faults.ts';
import { DevnetRpcServer } from '../rpc-server.ts';
import { DevnetNode } from './devnet-node.ts';
import { TrueFollower, trueOptionsAt } from './follower.ts';
import { readCoinbase, type TrueChainDevnetOptions, type TrueChainDevnetState } from './options.ts';
import type { FastView } from './payment-methods.ts';
import { type PaymentTrouble, parsePaymentTrouble } from './payment-trouble.ts';
import type { PaidReward } from './reward-rules.ts';
import { answerCall } from './rpc-methods.ts';

/** A running devnet, with the actions of tests and demos. The same actions are RPC methods named devnet_*. */
export interface TrueChainDevnet {
  readonly url: string;
  readonly snailNumber: number;
  /** Number of proven fruits that went into the pool; `acceptedBlocks` counts those that went into the chain. */
  readonly acceptedFruits: number;
  readonly acceptedBlocks: number;
  /**
   * Starts a longer branch without the last `depth` blocks.
   * @throws AditError `ADIT_REORG_TOO_DEEP`
   */
  reorg(depth: number, options?: { readonly keepFruits?: boolean }): number[];
  /**
   * Adds a snail block of another miner.
   * @returns its number
   */
  mineBlock(): number;
  /** Makes the next `times` answers of getWork repeat work of the head before. */
  staleWork(times: number): void;
  /** Pays another address from the next header on. @throws AditError `ADIT_BAD_OPTION` */
  setEtherbase(address: string): void;
  /** Stops new fast blocks, as if the committee had stopped; false starts them again. */
  holdFastChain(held: boolean): void;
  /** Makes the node answer true to fruits, and lose them. */
  loseFruits(on: boolean): void;
  /** @throws AditError `ADIT_BAD_FAULT` */
  inject(fault: DevnetFault): void;
  clearFaults(): void;
  rewards(): readonly PaidReward[];
  /** Trouble with payments. @throws AditError `ADIT_BAD_FAULT` */
  orderPayments(trouble: Partial<PaymentTrouble>): void;
  /** Forgets the payments that wait, as a node does that is started again. */
  forgetPool(): void;
  /**
   * Replaces the newest fast blocks by others. Their payments wait again, or are forgotten.
   * @throws AditError `ADIT_REORG_TOO_DEEP`
   */
  reorgFast(depth: number, options?: { readonly keep?: boolean }): void;
  /** Shows the fast chain so many blocks behind its head, at the first address. */
  fallBehind(blocks: number): void;
  /** What an account has now, in wei. */
  balance(account: string): bigint;
  /** A second node of the same chain, with an address of its own. @returns its URL */
  openNode(): Promise<string>;
  /** Exchanges blocks and fruits with the devnet that is followed, now. @returns whether it answered */
  exchange(): Promise<boolean>;
  /** The state, for a start with `{ ...options, port, state }` that continues the chain. */
  exportState(): TrueChainDevnetState;
  close(): Promise<void>;
}

/**
 * Starts a small TrueChain node on loopback, with a snail chain of its own in memory, real headers, targets and
 * datasets. It checks every submission in full.
 * @throws AditError `ADIT_BAD_OPTION`, `ADIT_NOT_LOOPBACK`
 */
export async function startTrueChainDevnet(given: TrueChainDevnetOptions = {}): Promise<TrueChainDevnet> {
  const { follow, onEvent = () => {} } = given;
  if (follow !== undefined && given.state !== undefined)
    throw new AditError('ADIT_BAD_OPTION', 'a devnet has either a state of its own, or one to follow');
  const options = follow === undefined ? given : { ...given, ...(await trueOptionsAt(follow)) };
  const node = new DevnetNode(options);
  const { host, port, user, password } = options;
  const view: FastView = { behind: 0 };
  const server = new DevnetRpcServer(
    {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    },
    (method, params) => answerCall(node, method, params, view),
  );
  const others: DevnetRpcServer[] = [];
  const follower = follow === undefined ? undefined : new TrueFollower({ url: follow }, { node, onEvent });
  if (follower !== undefined && !(await follower.exchange())) {
    follower.close();
    throw new AditError('ADIT_BAD_OPTION', `follow: the chain of ${follow} cannot be read`);
  }
  try {
    await node.prepareDatasets();
    await server.start();
  } catch (error) {
    follower?.close();
    throw error;
  }
  follower?.begin();
  return {
    url: server.url,
    get snailNumber() {
      return node.chain.head;
    },
    get acceptedFruits() {
      return node.acceptedFruits;
    },
    get acceptedBlocks() {
      return node.acceptedBlocks;
    },
    reorg: (depth, reorgOptions) => node.reorg(depth, reorgOptions),
    mineBlock: () => node.mineBlock(),
    staleWork: (times) => node.staleWork(times),
    setEtherbase: (address) => node.setEtherbase(readCoinbase(address)),
    holdFastChain: (held) => node.chain.fast.hold(held),
    loseFruits: (on) => node.loseFruits(on),
    inject: (fault) => server.inject(fault),
    clearFaults: () => server.clearFaults(),
    rewards: () => node.chain.rewards,
    orderPayments: (trouble) => node.payments.order(parsePaymentTrouble(trouble)),
    forgetPool: () => node.payments.forgetPool(),
    reorgFast: (depth, { keep = true } = {}) => node.payments.reorganise(depth, { keep }),
    fallBehind: (blocks) => {
      view.behind = blocks;
    },
    balance: (account) => node.payments.balance(account.toLowerCase()),
    async openNode() {
      const other: FastView = { behind: 0 };
      const second = new DevnetRpcServer({}, (method, params) => answerCall(node, method, params, other));
      await second.start();
      others.push(second);
      return second.url;
    },
    exportState: () => node.exportState(),
    exchange: async () => (await follower?.exchange()) ?? false,
    close: async () => {
      follower?.close();
      await Promise.all([server, ...others].map((one) => one.close()));
    },
  };
}
