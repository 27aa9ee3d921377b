import type { ZcashChainParams } from '@adit/chain';
import { MINER_DIALECTS, type Miner, type MinerEvent } from '@adit/miner';
import { Pool, type PoolEvent } from '@adit/pool';
import { VERSION } from '../version.ts';
import { DEMO_FAMILIES, type DemoFamily, type DemoNode, LOOPBACK } from './demo-families.ts';

/** A chain of the demo. Its port has the same name. */
export interface DemoChain {
  readonly name: string;
  readonly family: DemoFamily;
  readonly node: DemoNode;
}

/** Starts a devnet of each family. @param folder of the demo's run */
export async function startNodes(params: ZcashChainParams, folder: string): Promise<readonly DemoChain[]> {
  const chains: DemoChain[] = [];
  for (const [name, family] of Object.entries(DEMO_FAMILIES))
    chains.push({ name, family, node: await family.startNode(params, folder) });
  return chains;
}

/** A pool on free loopback ports between the devnets and the miners. */
export function demoPool(
  dataFolder: string,
  params: ZcashChainParams,
  chains: readonly DemoChain[],
  onEvent: (event: PoolEvent) => void,
): Pool {
  return new Pool(
    {
      dataFolder,
      verifierThreads: 1,
      chains: chains.map(({ name, family, node }) => family.chain(name, node, params)),
    },
    { onEvent },
  );
}

/** A miner with one thread on a chain. The pool must have been started. @param worker name to mine under */
export function demoMiner(
  pool: Pool,
  { equihash }: ZcashChainParams,
  { name, family }: DemoChain,
  worker: string,
  say: (text: string) => void,
): Miner {
  const onEvent = (event: MinerEvent) => {
    if (event.kind === 'rejected') say(`${name} miner: share refused: ${event.reason}`);
    if (event.kind === 'lost') say(`${name} miner: no connection (${event.detail})`);
    if (event.kind === 'dataset') say(`${name} miner: dataset ${event.hash.slice(0, 16)} ${event.state}`);
  };
  const { dialect } = family;
  return MINER_DIALECTS[dialect](
    {
      url: { host: LOOPBACK, port: pool.portNumbers.get(name) ?? 0, worker, password: 'x' },
      threads: 1,
      agent: `adit/${VERSION}`,
      equihash,
    },
    { onEvent },
  );
}
