import path from 'node:path';
import { startZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { EquihashSolver } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

export interface CrashReport {
  readonly kills: number;
  /** Digests that were answered with true. */
  readonly acknowledged: number;
  /** Of these, how many the journals do not have. */
  readonly missing: number;
  /** Digests that the journals have more than once. */
  readonly twice: number;
}

const RIGS = 8;

/**
 * Kills the pool with SIGKILL at random moments under load, and starts it again on the same folder.
 * @param random 0 to 1, for the moment
 */
export async function crash(
  folder: string,
  kills: number,
  random: () => number,
  onKill: (kill: number, acknowledged: number) => void = () => {},
): Promise<CrashReport> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 });
  const acknowledged = new Set<string>();
  const toml = poolToml(
    [
      zcashToml(devnet.url, {
        ports: [{ start_difficulty: 0.01, share_seconds: 600, fixed_difficulty: true }],
      }),
    ],
    { admin: { enabled: false } },
  );
  const solver = new EquihashSolver(SMALL.equihash);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const pool = await startPoolProcess(folder, toml);
      try {
        const rigs = await Promise.all(
          Array.from({ length: RIGS }, (_, i) =>
            ZcashRig.connect(pool.port, SMALL.equihash, `rig${i}`, { solver }),
          ),
        );
        await Promise.all(rigs.map((rig) => rig.job()));
        const before = acknowledged.size;
        const mining = { on: true };
        const load = mine(rigs, mining, acknowledged);
        await until('shares are acknowledged', () => acknowledged.size > before);
        await new Promise((resolve) => setTimeout(resolve, random() * 400));
        await pool.kill('SIGKILL');
        mining.on = false;
        await load;
        onKill(kill, acknowledged.size);
      } finally {
        await pool.kill('SIGKILL');
      }
    }
  } finally {
    await devnet.close();
  }
  const kept = readShares(path.join(folder, 'data')).map(({ digest }) => encodeHex(digest));
  const known = new Set(kept);
  return {
    kills,
    acknowledged: acknowledged.size,
    missing: [...acknowledged].filter((digest) => !known.has(digest)).length,
    twice: kept.length - known.size,
  };
}

async function mine(
  rigs: readonly ZcashRig[],
  mining: { on: boolean },
  acknowledged: Set<string>,
): Promise<void> {
  while (mining.on) {
    for (const rig of rigs) {
      const share = await rig.solve((value, target) => value <= target);
      rig.submit(share).then(
        ({ result }) => {
          if (result === true) acknowledged.add(share.digest);
        },
        () => {}, // The process is gone: not acknowledged.
      );
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
