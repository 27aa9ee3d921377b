import {
  type Solved,
  TrueChainBlockWatcher,
  TrueChainNode,
  ZcashBlockWatcher,
  ZcashNetworkIncome,
  ZcashNode,
  zcashChain,
} from '@adit/chain';
import type { FoundBlock } from '@adit/ledger';
import type { BlockRules, Payee } from '@adit/money';
import { foundSolution } from '@adit/pool';
import { AddressFault, type AddressNetwork, readPayee, zcashNetworkOf } from '@adit/wallets';
import type { Family } from '../config/config-family.ts';
import { nodeSettings } from '../config/node-settings.ts';
import { rewardIncome } from '../config/zcash/reward-addresses.ts';
import type { ChainModules, ChainParts } from './ledger-modules.ts';
import { paysFees, SharePrices } from './share-prices.ts';
import { openTrueWallet } from './true-wallet.ts';
import { openZcashWallet } from './wallet-kinds.ts';

/** Blocks to the credit of a reward, on Zcash. A longer reorganisation was never seen there. */
const ZCASH_CONFIRM = 10;
/** A reward can be spent after 100 blocks; ten more, so that it stays so. */
const ZCASH_MATURE = 110;
/** TrueChain pays a reward when 14 to 20 snail blocks are on top, and nothing matures behind that. */
const TRUECHAIN_CONFIRM = 21;
/** Deeper than a node can reorganise. */
const CLOSED = 1_000;
const LOST = 100;
/** Nodes that must agree about a block: as many as there are, up to two. */
const AGREEING = 2;
/** What a node of TrueChain said holds for a second: fast blocks come every two seconds, snail blocks every ten minutes. */
const FRESH_MS = 1_000;
/** Solutions in memory: some 2 MB. */
const MOST_SOLUTIONS = 10_000;

/** Opens what the ledger asks of a chain, by its family. A family without a row does not compile. */
export const LEDGER_FAMILIES: Readonly<Record<Family, (parts: ChainParts) => ChainModules>> = {
  zcash(parts) {
    const { network, chain, money } = parts.chain;
    const nodes = chain.nodes.map((node) => new ZcashNode(nodeSettings(node)));
    const income = rewardIncome(network, money.reward_addresses ?? []);
    const wallet = openZcashWallet(parts, nodes);
    const addresses = zcashNetworkOf(network);
    const incomes = new ZcashNetworkIncome(zcashChain(network), { nodes });
    // Whoever pays lists on paper spends rewards as they are.
    const isSpendable = income.isShielded || wallet?.shielder === null;
    return {
      watcher: new ZcashBlockWatcher(income, { nodes }),
      rules: rules(ZCASH_CONFIRM, ZCASH_MATURE, nodes.length),
      income: isSpendable ? 'asset:hot' : 'asset:coinbase',
      prices: new SharePrices({ hasFees: paysFees(money) }, { incomes }),
      payeeOf: (account) => (addresses === undefined ? undefined : payeeIn(account, addresses)),
      wallet,
      close() {
        for (const node of nodes) node.close();
        wallet?.close();
      },
    };
  },
  truechain(parts) {
    const {
      chain: { chain },
      dataFolder,
    } = parts;
    const wallet = openTrueWallet(parts);
    const nodes = chain.nodes.map((node) => new TrueChainNode(nodeSettings(node)));
    return {
      watcher: new TrueChainBlockWatcher<FoundBlock>({
        nodes,
        solutionOf: keptSolutions((block) => foundSolution(dataFolder, block)),
        freshMs: FRESH_MS,
      }),
      rules: rules(TRUECHAIN_CONFIRM, TRUECHAIN_CONFIRM, nodes.length),
      income: 'asset:hot',
      prices: undefined,
      payeeOf: (account) => payeeIn(account, 'truechain'),
      wallet,
      close() {
        for (const node of nodes) node.close();
        wallet?.close();
      },
    };
  },
};

/** Remembers solutions, which never change: to find one, a folder is listed. */
function keptSolutions(find: (block: FoundBlock) => Promise<Solved | undefined>) {
  const kept = new Map<string, Solved>();
  return async (block: FoundBlock): Promise<Solved | undefined> => {
    const known = kept.get(block.hash);
    if (known !== undefined) return known;
    const found = await find(block);
    if (found === undefined) return undefined;
    if (kept.size >= MOST_SOLUTIONS) kept.clear();
    kept.set(block.hash, found);
    return found;
  };
}

function rules(confirmDepth: number, matureDepth: number, nodes: number): BlockRules {
  return {
    confirmDepth,
    matureDepth,
    closedDepth: CLOSED,
    lostDepth: LOST,
    nodes: Math.min(AGREEING, nodes),
  };
}

function payeeIn(account: string, network: AddressNetwork): Payee | undefined {
  const payee = readPayee(account, network);
  return payee instanceof AddressFault ? undefined : payee;
}
