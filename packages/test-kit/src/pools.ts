import { zcashChain } from '@adit/chain';
import {
  Pool,
  type PoolEvent,
  type PoolModules,
  type PoolOptions,
  type TrueChainOptions,
  type ZcashChainOptions,
} from '@adit/pool';

/** Small parameters: a nonce takes milliseconds. */
export const SMALL = zcashChain('zcash-devnet-48_5');

const port = {
  host: '127.0.0.1',
  port: 0,
  startWeight: 1n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  // Long: vardiff stays out of tests that are not about it.
  shareIntervalMs: 600_000,
};

export function zcashPool(
  urls: readonly string[],
  changes: Partial<ZcashChainOptions['ports'][number]> = {},
): ZcashChainOptions {
  return {
    kind: 'zcash',
    name: 'zcash',
    params: SMALL,
    nodes: urls.map((url) => ({ url, timeoutMs: 5_000 })),
    ports: [
      {
        ...port,
        name: 'zcash',
        dialect: 'zcash',
        nonce1Bytes: 4,
        nonceLayout: 'leading',
        jobOnSubscribe: false,
        failedResult: null,
        ...changes,
      },
    ],
  };
}

export function trueChainPool(
  url: string,
  changes: Partial<TrueChainOptions['ports'][number]> = {},
): TrueChainOptions {
  return {
    kind: 'truechain',
    name: 'truechain',
    nodes: [{ url, timeoutMs: 5_000 }],
    ports: [
      { ...port, name: 'truechain', dialect: 'truestratum', nonce1Bytes: 3, strictPrefix: false, ...changes },
    ],
    pollMs: 100,
  };
}

export interface RunningPool {
  readonly pool: Pool;
  readonly events: PoolEvent[];
  portOf(name: string): number;
}

export async function startPool(
  dataFolder: string,
  chains: readonly (ZcashChainOptions | TrueChainOptions)[],
  changes: Partial<PoolOptions> & Pick<PoolModules, 'now' | 'monotonic' | 'accountsOf' | 'payeesOf'> = {},
): Promise<RunningPool> {
  const events: PoolEvent[] = [];
  const { now, monotonic, accountsOf, payeesOf, ...options } = changes;
  const pool = new Pool(
    { dataFolder, verifierThreads: 1, chains, ...options },
    {
      onEvent: (event) => events.push(event),
      ...(now === undefined ? {} : { now }),
      ...(monotonic === undefined ? {} : { monotonic }),
      ...(accountsOf === undefined ? {} : { accountsOf }),
      ...(payeesOf === undefined ? {} : { payeesOf }),
    },
  );
  await pool.start();
  return { pool, events, portOf: (name) => pool.portNumbers.get(name) ?? 0 };
}
