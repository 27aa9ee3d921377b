// The pool under load: a whole pool with high limits and a fixed difficulty. One thing is forged, which the report names:
// each share has another digest each time, so that a recorded share can be sent many times. The duplicate check and the
// journal do all their work.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zcashChain } from '@adit/chain';
import { DevnetRpcServer, RpcFault, startTrueChainDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { CONDUCT_DEFAULTS, POOL_LIMITS, Pool } from '@adit/pool';
import { commonNow, serve } from './child.ts';
import { plantKey } from './fixed-nonce1.ts';
import { CHAIN, MOVING } from './recorded-shares.ts';
import { vitalCommands } from './vitals.ts';

const MANY = 1e9;
const rate = { perSecond: MANY, burst: MANY };
const folder = mkdtempSync(path.join(tmpdir(), 'adit-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const port = {
  host: '127.0.0.1',
  port: 0,
  nonce1Bytes: 4,
  startWeight: 1n,
  minWeight: 1n,
  maxWeight: 1n,
  fixedWeight: true,
  shareIntervalMs: 10_000,
};
const zcash = {
  ...port,
  dialect: 'zcash' as const,
  nonceLayout: 'leading' as const,
  jobOnSubscribe: false,
  failedResult: null,
};

interface StartOptions {
  /** The template of the recorded shares. */
  readonly template: Record<string, unknown>;
  /** The node of the chain whose tip moves. It runs in another process, so that its time is not the pool's. */
  readonly node: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

let pool: Pool | undefined;
let broadcast: PromiseWithResolvers<{ start: number; ms: number; longestSliceMs: number }> | undefined;
let shares = 0n;

async function start({ template, node, tls }: StartOptions) {
  // A node that has this one template for the whole benchmark.
  const fixed = new DevnetRpcServer({}, (method, params, signal) => {
    const [request] = params as [{ mode?: string; longpollid?: string } | undefined];
    // No other text in the coinbase: recorded solutions are of this one.
    if (method === 'getblocktemplate' && request?.mode === 'proposal')
      throw new RpcFault(-8, 'proposals are not taken here');
    if (method === 'getblocktemplate' && request?.longpollid !== undefined)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
    if (method === 'getblocktemplate') return template;
    throw new Error(`${method} is not answered`);
  });
  await fixed.start();
  const small = zcashChain(MOVING);
  const truechain = await startTrueChainDevnet({
    difficulty: 1n << 60n,
    fruitDifficulty: 1n << 60n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  const forgetful = (digest: Uint8Array) => {
    const other = new Uint8Array(digest);
    shares += 1n;
    new DataView(other.buffer).setBigUint64(0, shares);
    return other;
  };
  const connections = {
    maxConnections: 100_000,
    maxPerAddress: 100_000,
    maxPerNetwork: 100_000,
    maxPer56: 100_000,
    maxPer48: 100_000,
    connectionsPerSecond: MANY,
    connectionBurst: MANY,
    addressConnectionsPerSecond: MANY,
    addressConnectionBurst: MANY,
  };
  const messages = { login: rate, submit: rate, other: rate, pendingSubmissions: 64 };
  plantKey(folder);
  pool = new Pool(
    {
      dataFolder: folder,
      verifierThreads: 1,
      limits: { ...POOL_LIMITS, connections, messages },
      conduct: { ...CONDUCT_DEFAULTS, enabled: false },
      chains: [
        {
          kind: 'zcash',
          name: 'fixed',
          params: CHAIN,
          nodes: [{ url: fixed.url, timeoutMs: 600_000 }],
          ports: [{ ...zcash, name: 'fixed' }],
          rebroadcastMs: 600_000,
        },
        {
          kind: 'zcash',
          name: 'moving',
          params: small,
          nodes: [{ url: node }],
          ports: [{ ...zcash, name: 'moving', ...(tls === undefined ? {} : { tls }) }],
          rebroadcastMs: 600_000,
        },
        {
          kind: 'truechain',
          name: 'true',
          nodes: [{ url: truechain.url }],
          ports: [{ ...port, name: 'true', dialect: 'truestratum', nonce1Bytes: 3, strictPrefix: false }],
        },
      ],
    },
    {
      shareDigest: forgetful,
      onEvent: (event) => {
        if (event.kind !== 'broadcast' || event.port !== 'moving') return;
        const { ms, longestSliceMs } = event;
        broadcast?.resolve({ start: commonNow() - ms, ms, longestSliceMs });
      },
    },
  );
  await pool.start();
  if (!(await pool.whenWorking(30_000))) throw new Error('the pool has no work');
  return Object.fromEntries(pool.portNumbers);
}

serve({
  ...vitalCommands(),
  start,
  /** @returns when the pool began to send the next job, in common time */
  broadcast: () => {
    broadcast = Promise.withResolvers();
    return broadcast.promise;
  },
  /** @returns the number of shares in the journal, which proves that accepted shares are kept */
  journaled: () => readShares(folder).length,
  stop: async () => {
    await pool?.stop();
  },
});
