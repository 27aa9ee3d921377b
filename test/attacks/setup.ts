import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import {
  startTrueChainDevnet,
  startZcashDevnet,
  type TrueChainDevnet,
  type TrueChainDevnetOptions,
  type ZcashDevnet,
} from '@adit/devnet';
import { type JournaledShare, readShares } from '@adit/journal';
import { CONDUCT_DEFAULTS, type PoolOptions } from '@adit/pool';
import { EquihashSolver } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { makeCertificate } from '@adit/test-kit/certificate';
import { type RunningPool, SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import type { TrueRig } from '@adit/test-kit/true-rig';
import { type RigExtras, type RigShare, ZcashRig } from '@adit/test-kit/zcash-rig';

/** Blocks are one solution in some 250: shares that are no blocks are easy to find. */
export const NETWORK = 1n << 248n;

/** For attacks that are not about conduct: hundreds of bad messages from one address must all be answered. */
export const LENIENT = { ...CONDUCT_DEFAULTS, enabled: false };

type PoolChanges = Partial<PoolOptions> & {
  readonly now?: () => number;
  readonly monotonic?: () => number;
};

export interface ZcashScene extends RunningPool {
  readonly devnet: ZcashDevnet;
  readonly data: string;
  /** Another miner, with a job. */
  rig(worker?: string, more?: RigExtras & { readonly port?: string }): Promise<ZcashRig>;
  /** Other rules for the port, or for the pool, while it runs. */
  reload(changes: Parameters<typeof zcashPool>[1], pool?: Partial<PoolOptions>): void;
  /** Digests of everything that was paid, in order. */
  paid(): string[];
  shares(): JournaledShare[];
}

/** A pool over a devnet whose tip stays where it is, until the test moves it. */
export async function zcashScene(
  context: TestContext,
  changes: {
    readonly port?: Parameters<typeof zcashPool>[1];
    readonly chain?: Partial<ReturnType<typeof zcashPool>>;
    readonly pool?: PoolChanges;
    readonly devnet?: ZcashDevnet;
    readonly data?: string;
  } = {},
): Promise<ZcashScene> {
  const data = changes.data ?? temporaryFolder(context);
  const devnet =
    changes.devnet ?? (await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 }));
  const chain = { ...zcashPool([devnet.url], changes.port), ...changes.chain };
  const solver = new EquihashSolver(SMALL.equihash);
  const running = await startPool(data, [chain], { conduct: LENIENT, ...changes.pool });
  context.after(async () => {
    await running.pool.stop();
    if (changes.devnet === undefined) await devnet.close();
  });
  return {
    ...running,
    devnet,
    data,
    async rig(worker = 'alice.rig1', { port = 'zcash', ...more } = {}) {
      const rig = await ZcashRig.connect(running.portOf(port), SMALL.equihash, worker, { solver, ...more });
      await rig.job();
      return rig;
    },
    reload(port, more) {
      const ports = chain.ports.map((known) => ({ ...known, ...port }));
      const { now: _now, monotonic: _monotonic, ...options } = changes.pool ?? {};
      running.pool.reload({
        dataFolder: data,
        verifierThreads: 1,
        conduct: LENIENT,
        ...options,
        ...more,
        chains: [{ ...chain, ports }],
      });
    },
    paid: () => readShares(data).map(({ digest }) => encodeHex(digest)),
    shares: () => readShares(data),
  };
}

/** A share that is no block. What counts is the target of its job: a newer one may come while it is searched. */
export function plainShare(rig: ZcashRig, job?: readonly unknown[]): Promise<RigShare> {
  return rig.solve((value, target) => value <= target && value > NETWORK, job);
}

export interface TrueScene extends RunningPool {
  readonly devnet: TrueChainDevnet;
  readonly data: string;
  /** Other rules for the port, while it runs. */
  reload(changes: Parameters<typeof trueChainPool>[1]): void;
  shares(): JournaledShare[];
}

/** Fruits and blocks are out of reach, and the header stays. */
const STILL: TrueChainDevnetOptions = {
  difficulty: 1n << 40n,
  fruitDifficulty: 1n << 40n,
  fastBlockSeconds: 3600,
  startNumber: 100,
};

export async function trueScene(
  context: TestContext,
  changes: {
    readonly devnetOptions?: TrueChainDevnetOptions;
    readonly port?: Parameters<typeof trueChainPool>[1];
    readonly pool?: PoolChanges;
    readonly devnet?: TrueChainDevnet;
    readonly data?: string;
  } = {},
): Promise<TrueScene> {
  const data = changes.data ?? temporaryFolder(context);
  const devnet = changes.devnet ?? (await startTrueChainDevnet({ ...STILL, ...changes.devnetOptions }));
  const chain = trueChainPool(devnet.url, { startWeight: 8n, minWeight: 8n, ...changes.port });
  const running = await startPool(data, [chain], { conduct: LENIENT, ...changes.pool });
  context.after(async () => {
    await running.pool.stop();
    if (changes.devnet === undefined) await devnet.close();
  });
  return {
    ...running,
    devnet,
    data,
    reload(port) {
      const ports = chain.ports.map((known) => ({ ...known, ...port }));
      running.pool.reload({
        dataFolder: data,
        verifierThreads: 1,
        conduct: LENIENT,
        chains: [{ ...chain, ports }],
      });
    },
    shares: () => readShares(data),
  };
}

/** A nonce that is a share of a job. */
export function trueShare(rig: TrueRig, job?: readonly unknown[]): Promise<[string, string]> {
  return rig.solve((block, fruit, target) => block <= target || fruit <= target, job);
}

/** One pool with two chains of the same parameters, and a miner on each. */
export async function twoChains(context: TestContext) {
  const data = temporaryFolder(context);
  const start = (startHeight: number) =>
    startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0, startHeight });
  const devnets = await Promise.all([start(0), start(1000)]);
  const names = ['one', 'two'];
  const chains = devnets.map(({ url }, i) => {
    const name = names[i] ?? '';
    return { ...zcashPool([url], { name }), name };
  });
  const { pool, portOf } = await startPool(data, chains, { conduct: LENIENT });
  context.after(async () => {
    await pool.stop();
    await Promise.all(devnets.map((devnet) => devnet.close()));
  });
  const connect = async (name: string) => {
    const rig = await ZcashRig.connect(portOf(name), SMALL.equihash, name);
    await rig.job();
    return rig;
  };
  const paid = () => readShares(data).map(({ digest }) => encodeHex(digest));
  return { one: await connect('one'), two: await connect('two'), paid };
}

/** Certificate and key of a TLS port, in files. */
export function tlsFiles(context: TestContext) {
  const folder = temporaryFolder(context);
  const { cert, key } = makeCertificate();
  const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  return { tls, ca: cert };
}
