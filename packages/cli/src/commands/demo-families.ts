import type { ZcashChainParams } from '@adit/chain';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import type { ChainOptions } from '@adit/pool';
import type { Dialect } from '@adit/stratum';
import type { Family } from '../config/config-family.ts';
import type { ScreenChain } from '../view/screen.ts';

/** A devnet of the demo, and what it has accepted. */
export interface DemoNode {
  readonly url: string;
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
  readonly worker: string;
  startNode(params: ZcashChainParams): Promise<DemoNode>;
  /** @param name of the chain and of its port */
  chain(name: string, node: DemoNode, params: ZcashChainParams): ChainOptions;
}

export const LOOPBACK = '127.0.0.1';

/** Port settings of the demo: a free loopback port, and a share every few seconds. */
const PORT = {
  host: LOOPBACK,
  port: 0,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  shareIntervalMs: 4_000,
};

/** One entry for each family: a missing one does not compile. */
export type DemoFamilies<Name extends string = Family> = Readonly<Record<Name, DemoFamily>>;

/** What the demo shows. */
export const DEMO_FAMILIES: DemoFamilies = {
  zcash: {
    unit: 'Sol/s',
    dialect: 'zcash',
    worker: 'demo.equihash',
    async startNode(params) {
      const devnet = await startZcashDevnet({ chain: params, coinbaseMaturity: 10 });
      return {
        url: devnet.url,
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
    worker: 'demo.truehash',
    async startNode() {
      // The third snail block begins the next epoch, so the dataset changes within a minute.
      const devnet = await startTrueChainDevnet({ rewardDelay: 4, startNumber: 11_998 });
      return {
        url: devnet.url,
        close: () => devnet.close(),
        says: () =>
          `node accepted ${devnet.acceptedFruits} fruits, ${devnet.acceptedBlocks} blocks; snail block ${devnet.snailNumber}`,
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
