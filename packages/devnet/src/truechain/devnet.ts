import type { DevnetFault } from '../faults.ts';
import { DevnetRpcServer } from '../rpc-server.ts';
import { DevnetNode } from './devnet-node.ts';
import { readCoinbase, type TrueChainDevnetOptions, type TrueChainDevnetState } from './options.ts';
import { answerCall } from './rpc-methods.ts';
import type { PaidReward } from './snail-chain.ts';

/** A running devnet, with what a test or a demo does to it. The same acts are RPC methods named devnet_*. */
export interface TrueChainDevnet {
  readonly url: string;
  readonly snailNumber: number;
  /** Proven submissions that became part of the chain or the fruit pool. */
  readonly acceptedFruits: number;
  readonly acceptedBlocks: number;
  /** A longer branch without the last `depth` blocks. @throws AditError `ADIT_REORG_TOO_DEEP` */
  reorg(depth: number, options?: { readonly keepFruits?: boolean }): number[];
  /** A snail block from another miner. @returns its number */
  mineBlock(): number;
  /** The next `times` getWork answers repeat work on the head before. */
  staleWork(times: number): void;
  /** Pays another address from the next header on. @throws AditError `ADIT_BAD_OPTION` */
  setEtherbase(address: string): void;
  /** No new fast blocks, as where the committee has stopped; false lets it go on. */
  holdFastChain(held: boolean): void;
  /** Fruits are answered with true and never seen again. */
  loseFruits(on: boolean): void;
  /** @throws AditError `ADIT_BAD_FAULT` */
  inject(fault: DevnetFault): void;
  clearFaults(): void;
  rewards(): readonly PaidReward[];
  /** For a start with `{ ...options, port, state }` that goes on where this one stopped. */
  exportState(): TrueChainDevnetState;
  close(): Promise<void>;
}

/**
 * Starts a small TrueChain node on loopback: its own snail chain in memory, real headers, targets and datasets,
 * and every submission checked in full.
 * @throws AditError `ADIT_BAD_OPTION`, `ADIT_NOT_LOOPBACK`
 */
export async function startTrueChainDevnet(options: TrueChainDevnetOptions = {}): Promise<TrueChainDevnet> {
  const node = new DevnetNode(options);
  const { host, port, user, password } = options;
  const server = new DevnetRpcServer(
    {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    },
    (method, params) => answerCall(node, method, params),
  );
  await node.prepareDatasets();
  await server.start();
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
    holdFastChain: (held) => node.chain.holdFastChain(held),
    loseFruits: (on) => node.loseFruits(on),
    inject: (fault) => server.inject(fault),
    clearFaults: () => server.clearFaults(),
    rewards: () => node.chain.rewards,
    exportState: () => node.exportState(),
    close: () => server.close(),
  };
}
