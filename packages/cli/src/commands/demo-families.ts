import type { ZcashChainParams } from '@adit/chain';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import type { ChainOptions } from '@adit/pool';
import type { Dialect } from '@adit/stratum';
import type { Family } from '../config/config-family.ts';
import type { ScreenChain } from '../view/screen.ts';
import { demoKey } from './demo-key.ts';

/** The money of a chain of the demo. */
export interface DemoMoney {
  /** Network of the chain, under which the books have it. */
  readonly network: string;
  readonly dialect: Dialect;
  /** Depth at which a reward is credited. On TrueChain the chain has to have paid it. */
  readonly confirmDepth: number;
  /** `[chain.money]`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A devnet of the demo, and what it has accepted. */
export interface DemoNode {
  readonly url: string;
  /** Who mines: one miner each. */
  readonly workers: readonly string[];
  readonly money: DemoMoney;
  close(): Promise<void>;
  /** For the screen. */
  says(): string;
  /** Whether it has accepted the blocks (and fruits) that the demo waits for. */
  hasReached(blocks: number): boolean;
  /** For the last line of the demo. */
  summary(): string;
}

/** What the demo shows of a family of chains. */
export interface DemoFamily {
  readonly unit: ScreenChain['unit'];
  readonly dialect: Dialect;
  /** @param folder of the demo's run, for what a wallet keeps */
  startNode(params: ZcashChainParams, folder: string): Promise<DemoNode>;
  /** @param name of the chain and of its port */
  chain(name: string, node: DemoNode, params: ZcashChainParams): ChainOptions;
}

/** Blocks after which a reward can be spent, so that miners are paid while somebody watches. */
const MATURITY = 4;
/** Snail blocks until the chain of TrueChain pays a reward. */
const TRUE_REWARD_DELAY = 4;

export const LOOPBACK = '127.0.0.1';

/** Port settings of the demo: a free loopback port, and a share every few seconds. */
const PORT = {
  host: LOOPBACK,
  port: 0,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  shareIntervalMs: 4_000,
};

/** Accounts of the two miners of TrueChain, whose keys are nobody's. */
const TRUE_MINERS = [`0x${'a1'.repeat(20)}`, `0x${'b2'.repeat(20)}`];

/** One entry for each family: a missing one does not compile. */
export type DemoFamilies<Name extends string = Family> = Readonly<Record<Name, DemoFamily>>;

/** What the demo shows. */
export const DEMO_FAMILIES: DemoFamilies = {
  zcash: {
    unit: 'Sol/s',
    dialect: 'zcash',
    async startNode(params) {
      const devnet = await startZcashDevnet({ chain: params, coinbaseMaturity: MATURITY });
      const wallet = await devnet.openWallet();
      const miners = [];
      for (const seed of ['ann', 'bob']) miners.push(await devnet.openWallet({ seed }));
      return {
        url: devnet.url,
        workers: miners.map(({ transparentAddress }) => `${transparentAddress}.rig`),
        money: {
          network: params.name,
          dialect: 'zcash',
          confirmDepth: 2,
          settings: {
            fee_percent: 1,
            reward_addresses: [wallet.transparentAddress],
            payouts: 'auto',
            payment_cap: '1000',
            batch_cap: '10000',
            day_cap: '100000',
            wallet: { kind: 'zecd', url: wallet.url, address: wallet.address },
          },
        },
        close: () => devnet.close(),
        says() {
          const { mature, immature } = devnet.balance();
          return `node accepted ${devnet.acceptedBlocks} blocks; reward ${zec(mature)} mature, ${zec(immature)} maturing`;
        },
        hasReached: (blocks) => devnet.acceptedBlocks >= blocks,
        summary: () => `${devnet.acceptedBlocks} Zcash blocks`,
      };
    },
    chain: (name, { url }, params) => ({
      kind: 'zcash',
      name,
      params,
      nodes: [{ url }],
      ports: [
        {
          ...PORT,
          name,
          dialect: 'zcash',
          nonce1Bytes: 4,
          startWeight: 4n,
          nonceLayout: 'leading',
          jobOnSubscribe: false,
          failedResult: null,
        },
      ],
      rebroadcastMs: 15_000,
      confirmations: 10,
    }),
  },
  truechain: {
    unit: 'H/s',
    dialect: 'truestratum',
    async startNode(_params, folder) {
      const wallet = await demoKey(folder);
      // The third snail block begins the next epoch, so the dataset changes within a minute.
      const devnet = await startTrueChainDevnet({
        // Two miners of one thread, beside those of Zcash, are paid within a minute or two.
        rewardDelay: TRUE_REWARD_DELAY,
        minimumFruits: 3,
        snailBlockSeconds: 8,
        expectedHashrate: 10_000,
        startNumber: 11_998,
        coinbase: wallet.address,
      });
      const paid = () => TRUE_MINERS.reduce((sum, account) => sum + devnet.balance(account), 0n);
      return {
        url: devnet.url,
        workers: TRUE_MINERS.map((account) => `${account}.rig`),
        money: {
          network: 'truechain',
          dialect: 'truestratum',
          confirmDepth: TRUE_REWARD_DELAY + 1,
          settings: {
            fee_percent: 1,
            payouts: 'auto',
            payment_cap: '10000',
            batch_cap: '100000',
            day_cap: '1000000',
            wallet: { kind: 'truechain', chain_id: 400, ...wallet.settings },
          },
        },
        close: () => devnet.close(),
        says: () =>
          `node accepted ${devnet.acceptedFruits} fruits, ${devnet.acceptedBlocks} blocks; snail block ${devnet.snailNumber}; miners got ${(Number(paid()) / 1e18).toFixed(2)} TRUE`,
        hasReached: (blocks) => devnet.acceptedFruits >= blocks && devnet.acceptedBlocks >= 1,
        summary: () => `${devnet.acceptedFruits} fruits, ${devnet.acceptedBlocks} TrueChain blocks`,
      };
    },
    chain: (name, { url }) => ({
      kind: 'truechain',
      name,
      nodes: [{ url }],
      ports: [
        {
          ...PORT,
          name,
          dialect: 'truestratum',
          nonce1Bytes: 3,
          startWeight: 50_000n,
          strictPrefix: false,
        },
      ],
      pollMs: 250,
    }),
  },
};

function zec(zatoshi: bigint): string {
  return `${(Number(zatoshi) / 1e8).toFixed(2)} ZEC`;
}
