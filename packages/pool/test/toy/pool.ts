import type { TestContext } from 'node:test';
import type { Miner } from '@adit/miner';
import { Pool, type PoolEvent } from '@adit/pool';
import { temporaryFolder } from '@adit/test-kit/temporary';
import type { ToyChainOptions } from './chain.ts';
import { ToyNode } from './node.ts';
import { type AnyChain, DIALECTS, FAMILIES } from './tables.ts';

export const HOST = '127.0.0.1';
/** A share comes every few milliseconds; every eighth is a block. */
export const SHARE_WEIGHT = 512n;
export const BLOCK_WEIGHT = 8n * SHARE_WEIGHT;
/** Blocks on top of one, itself included, until it is no longer followed. */
export const CONFIRMATIONS = 3;

export interface ToyPool {
  readonly pool: Pool<AnyChain>;
  readonly node: ToyNode;
  readonly dataFolder: string;
  readonly port: number;
  events<Kind extends PoolEvent['kind']>(kind: Kind): Extract<PoolEvent, { kind: Kind }>[];
}

/** A pool with one toy chain that listens on a free port. */
export async function startToyPool(context: TestContext): Promise<ToyPool> {
  const node = new ToyNode({ target: (1n << 256n) / BLOCK_WEIGHT });
  const dataFolder = temporaryFolder(context);
  const heard: PoolEvent[] = [];
  const pool = new Pool<AnyChain>(
    { dataFolder, verifierThreads: 1, chains: [chainOf(node)] },
    { onEvent: (event) => heard.push(event), families: FAMILIES },
  );
  await pool.start();
  context.after(() => pool.stop());
  return {
    pool,
    node,
    dataFolder,
    port: pool.portNumbers.get('toy') ?? 0,
    events: <Kind extends PoolEvent['kind']>(kind: Kind) =>
      heard.filter((event): event is Extract<PoolEvent, { kind: Kind }> => event.kind === kind),
  };
}

export function toyMiner(port: number): Miner {
  const url = { host: HOST, port, worker: 'alice.rig', password: 'x' };
  const equihash = { n: 48, k: 5, personalization: 'ZcashPoW' };
  return DIALECTS.toy({ url, threads: 1, agent: 'toy/1', equihash }, { onEvent: () => {} });
}

function chainOf(node: ToyNode): ToyChainOptions {
  return {
    kind: 'toy',
    name: 'toy',
    node,
    confirmations: CONFIRMATIONS,
    ports: [
      {
        name: 'toy',
        dialect: 'toy',
        host: HOST,
        port: 0,
        nonce1Bytes: 3,
        startWeight: SHARE_WEIGHT,
        minWeight: SHARE_WEIGHT,
        maxWeight: SHARE_WEIGHT,
        fixedWeight: true,
        shareIntervalMs: 600_000,
      },
    ],
  };
}
