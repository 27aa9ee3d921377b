import { zcashChain } from '@adit/chain';
import type { TrueChainDevnet, ZcashDevnet } from '@adit/devnet';
import { type MinerEvent, TrueMiner, ZcashMiner } from '@adit/miner';
import { Pool, type PoolEvent } from '@adit/pool';
import { portAuthorizer } from '@adit/stratum';
import { VERSION } from '../version.ts';

/** Names of the demo's chains, and of their ports. */
export const ZCASH = 'zcash';
export const TRUECHAIN = 'truechain';
const LOOPBACK = '127.0.0.1';

/** A pool on free loopback ports between the two devnets and the miners; a share every few seconds. */
export function demoPool(
  data: string,
  network: string,
  zcash: ZcashDevnet,
  truechain: TrueChainDevnet,
  onEvent: (event: PoolEvent) => void,
): Pool {
  const port = {
    host: LOOPBACK,
    port: 0,
    authorize: portAuthorizer(),
    minWeight: 1n,
    maxWeight: 1n << 60n,
    shareIntervalMs: 4_000,
  };
  return new Pool(
    {
      dataFolder: data,
      verifierThreads: 1,
      chains: [
        {
          kind: 'zcash',
          name: ZCASH,
          params: zcashChain(network),
          nodes: [{ url: zcash.url }],
          ports: [
            {
              ...port,
              name: ZCASH,
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
        },
        {
          kind: 'truechain',
          name: TRUECHAIN,
          nodes: [{ url: truechain.url }],
          ports: [
            {
              ...port,
              name: TRUECHAIN,
              dialect: 'truestratum',
              nonce1Bytes: 3,
              startWeight: 50_000n,
              strictPrefix: false,
            },
          ],
          pollMs: 250,
        },
      ],
    },
    { onEvent },
  );
}

/** One thread on each chain. The pool must have been started. */
export function demoMiners(pool: Pool, network: string, say: (text: string) => void) {
  const common = (name: string, worker: string) => ({
    url: { host: LOOPBACK, port: pool.portNumbers.get(name) ?? 0, worker, password: 'x' },
    threads: 1,
    agent: `adit/${VERSION}`,
  });
  const onEvent = (name: string) => ({
    onEvent: (event: MinerEvent) => {
      if (event.kind === 'rejected') say(`${name} miner: share refused: ${event.reason}`);
      if (event.kind === 'lost') say(`${name} miner: no connection (${event.detail})`);
      if (event.kind === 'dataset') say(`${name} miner: dataset ${event.hash.slice(0, 16)} ${event.state}`);
    },
  });
  return {
    zcash: new ZcashMiner(
      { ...common(ZCASH, 'demo.equihash'), equihash: zcashChain(network).equihash },
      onEvent(ZCASH),
    ),
    truechain: new TrueMiner(common(TRUECHAIN, 'demo.truehash'), onEvent(TRUECHAIN)),
  };
}
