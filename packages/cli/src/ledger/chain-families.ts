import { TrueChainBlockWatcher, TrueChainNode, ZcashBlockWatcher, ZcashNode } from '@adit/chain';
import type { FoundBlock, Queries } from '@adit/ledger';
import type { BlockRules, Payee, Witness } from '@adit/money';
import { foundSolution } from '@adit/pool';
import { JsonRpcClient } from '@adit/rpc';
import { AddressFault, type AddressNetwork, NodeWitness, readPayee, zcashNetworkOf } from '@adit/wallets';
import type { Family } from '../config/config-family.ts';
import { nodeSettings } from '../config/node-settings.ts';
import { rewardIncome } from '../config/zcash/reward-addresses.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { ChainModules } from './ledger-modules.ts';
import { openWallet } from './wallet-kinds.ts';

/** What the modules of a chain are made of. */
export interface ChainParts {
  readonly chain: LedgerChain;
  readonly dataFolder: string;
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
}

/** Blocks to the credit of a reward, on Zcash. A longer reorganisation was never seen there. */
const ZCASH_CONFIRM = 10;
const ZCASH_MATURITY = 100;
/** Confirmations of a payment on Zcash. */
const ZCASH_SETTLE = 20;
/** Deeper than a node can reorganise. */
const CLOSED = 1_000;
const LOST = 100;
/** A transaction of 45 payees costs 0.004 ZEC, and the shielding of 1,300 rewards 0.07. */
const ZCASH_MOST_FEE = 10_000_000n;
/** TrueChain pays a reward when 14 to 20 snail blocks are on top, and nothing matures behind that. */
const TRUECHAIN_CONFIRM = 20;
const TRUECHAIN_SETTLE = 12;
/** Nodes that must agree about a block: as many as there are, up to two. */
const AGREEING = 2;

/** Opens what the ledger asks of a chain, by its family. A family without a row does not compile. */
export const LEDGER_FAMILIES: Readonly<Record<Family, (parts: ChainParts) => ChainModules>> = {
  zcash({ chain, dataFolder, read }) {
    const settings = chain.chain.nodes.map(nodeSettings);
    const nodes = settings.map((one) => new ZcashNode(one));
    const clients = settings.map((one) => new JsonRpcClient(one));
    const income = rewardIncome(chain.network, chain.money.reward_addresses ?? []);
    const witness = new NodeWitness({}, { nodes: clients });
    const wallet = openWallet({ chain, nodes: clients, witness, dataFolder, read });
    const confirmations = 'confirmations' in chain.chain ? chain.chain.confirmations : undefined;
    return {
      watcher: new ZcashBlockWatcher(income, { nodes }),
      witness,
      rulesOf: () => rules(ZCASH_CONFIRM, (confirmations ?? ZCASH_MATURITY) + ZCASH_CONFIRM, nodes.length),
      income: income.isShielded ? 'asset:hot' : 'asset:coinbase',
      settleDepth: ZCASH_SETTLE,
      mostFee: ZCASH_MOST_FEE,
      payeeOf: (account) => {
        const network = zcashNetworkOf(chain.network);
        return network === undefined ? undefined : payeeIn(account, network);
      },
      wallet,
      close() {
        for (const one of [...nodes, ...clients]) one.close();
        wallet?.close();
      },
    };
  },
  truechain({ chain, dataFolder }) {
    const nodes = chain.chain.nodes.map((node) => new TrueChainNode(nodeSettings(node)));
    return {
      watcher: new TrueChainBlockWatcher<FoundBlock>({
        nodes,
        solutionOf: (block) => foundSolution(dataFolder, block),
      }),
      witness: NO_WITNESS,
      rulesOf: () => rules(TRUECHAIN_CONFIRM, TRUECHAIN_CONFIRM, nodes.length),
      income: 'asset:hot',
      settleDepth: TRUECHAIN_SETTLE,
      mostFee: 0n,
      payeeOf: (account) => payeeIn(account, 'truechain'),
      wallet: undefined,
      close() {
        for (const node of nodes) node.close();
      },
    };
  },
};

function rules(confirmDepth: number, matureDepth: number, nodes: number): BlockRules {
  return {
    confirmDepth,
    matureDepth,
    closedDepth: Math.max(CLOSED, matureDepth),
    lostDepth: LOST,
    nodes: Math.min(AGREEING, nodes),
  };
}

function payeeIn(account: string, network: AddressNetwork): Payee | undefined {
  const payee = readPayee(account, network);
  return payee instanceof AddressFault ? undefined : payee;
}

/** Of a chain that has no wallet yet, nobody asks about payments. */
const NO_WITNESS: Witness = {
  configuredNodes: 0,
  tip: async () => undefined,
  hashesAt: async () => [],
  place: async () => ({ kind: 'unsure' }),
  blocks: async () => [],
  nextUpgrade: async () => null,
};
