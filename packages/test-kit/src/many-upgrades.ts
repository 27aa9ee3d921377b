import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import { runAdit, startPoolProcess } from './pool-process.ts';
import { poolToml, zcashToml } from './pool-toml.ts';
import { SMALL } from './pools.ts';
import { Swarm } from './swarm.ts';
import { temporaryFolder } from './temporary.ts';
import { until } from './until.ts';

export interface Upgrades {
  readonly miners: number;
  readonly upgrades: number;
}

/** Many upgrades, one after the other, under miners: no connection fails, no share is lost, both sides count the same. */
export async function upgradeAgainAndAgain(
  context: TestContext,
  { miners, upgrades }: Upgrades,
): Promise<void> {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const pool = await startPoolProcess(
    folder,
    poolToml(
      [
        zcashToml(devnet.url, {
          ports: [{ name: 'asic', start_difficulty: 0.01, share_seconds: 600, fixed_difficulty: true }],
        }),
      ],
      { admin: { enabled: false }, upgrade: { reconnect_seconds: 1, drain_seconds: 200 } },
    ),
  );
  context.after(() => pool.kill('SIGKILL'));
  const swarm = new Swarm(pool.port, SMALL.equihash, miners);
  await swarm.start();
  for (let upgrade = 1; upgrade <= upgrades; upgrade += 1) {
    const before = swarm.moves;
    const { status, out, err } = await runAdit(['upgrade', '--json'], folder);
    assert.equal(status, 0, `upgrade ${upgrade}: ${out}${err}\n${pool.log().slice(-4000)}`);
    await until(`every miner has moved (upgrade ${upgrade})`, () => swarm.moves - before >= miners, 120);
  }
  await swarm.stop();
  assert.equal((await runAdit(['stop'], folder)).status, 0);
  await until(
    'the last process has written its journal',
    () => pool.log().split('"stopped"').length > upgrades,
  );
  assert.deepEqual(swarm.failures, []);
  assert.deepEqual(swarm.refused, []);
  const kept = readShares(path.join(folder, 'data')).map(({ digest }) => encodeHex(digest));
  assert.deepEqual(kept.toSorted(), swarm.accepted.toSorted());
  assert.equal(new Set(kept).size, kept.length);
  assert.ok(kept.length > miners, `${kept.length} shares`);
}
