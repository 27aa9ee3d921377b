import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { packRooms } from '../scripts/pack/pack-rooms.ts';
import { MOST_KIB } from '../scripts/pack/packages.ts';
import { faultsOf, type Tarball } from '../scripts/pack/tarball.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * Installs the tarballs with npm. What they need from outside is linked from the checkout, where it lies in just the
 * versions that they name, so that no registry is asked.
 */
function installTarballs(folder: string, tarballs: readonly Tarball[]): string {
  const dependencies: Record<string, string> = Object.fromEntries(
    tarballs.map(({ manifest, file }) => [manifest.name, `file:./${path.basename(file)}`]),
  );
  for (const name of outsidePackages(tarballs))
    dependencies[name] = `file:${path.join(root, 'node_modules', name)}`;
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'elsewhere', private: true, dependencies }),
  );
  execFileSync('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'ignore',
  });
  return path.join(folder, 'node_modules');
}

/** What the tarballs need from outside, and what that needs in its turn, as far as the checkout has it at its top. */
function outsidePackages(tarballs: readonly Tarball[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (manifest: Pick<Tarball['manifest'], 'dependencies'>) => {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const file = path.join(root, 'node_modules', name, 'package.json');
      if (name.startsWith('@adit/') || found.has(name) || !existsSync(file)) continue;
      found.add(name);
      add(JSON.parse(readFileSync(file, 'utf8')) as Tarball['manifest']);
    }
  };
  for (const { manifest } of tarballs) add(manifest);
  return found;
}

test('the packed rooms install elsewhere and run from their compiled form', async (context) => {
  const folder = temporaryFolder(context);
  const environment = { ...process.env, NODE_OPTIONS: '' };
  const run = (args: readonly string[], cwd: string) =>
    execFileSync(process.execPath, args, {
      cwd,
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const tarballs = packRooms(root, folder);
  assert.deepEqual(
    tarballs.flatMap((tarball) => faultsOf(tarball, MOST_KIB[tarball.room])),
    [],
    'npm run pack says so too',
  );
  const modules = installTarballs(folder, tarballs);
  assert.ok(!lstatSync(path.join(modules, '@adit', 'pool')).isSymbolicLink(), 'it comes from the tarball');
  assert.ok(!existsSync(path.join(modules, '@adit', 'pool', 'src')), 'sources are not shipped');

  assert.match(run([path.join(modules, 'adit', 'bin', 'adit.js'), '--version'], folder), /^\d+\.\d+\.\d+\n$/);
  writeFileSync(
    path.join(folder, 'try.mjs'),
    `import { startZcashDevnet } from '@adit/devnet';
     import { zcashChain } from '@adit/chain';
     import { Pool } from '@adit/pool';
     import { ZcashMiner } from '@adit/miner';
     import { readShares } from '@adit/journal';
     import { PROBE_LIMITS, runPoolProbe } from '@adit/conformance';
     const params = zcashChain('zcash-devnet-48_5');
     const devnet = await startZcashDevnet({ chain: params, initialTarget: 1n << 248n });
     const pool = new Pool({ dataFolder: './data', verifierThreads: 1, chains: [{
       kind: 'zcash', name: 'zcash', params, nodes: [{ url: devnet.url }], ports: [{
         dialect: 'zcash', name: 'p', host: '127.0.0.1', port: 0, nonce1Bytes: 4,
         startWeight: 1n, minWeight: 1n, maxWeight: 4n, shareIntervalMs: 1000, nonceLayout: 'leading',
         jobOnSubscribe: false, failedResult: null }] }] }, { onEvent: () => {} });
     await pool.start();
     const url = { host: '127.0.0.1', port: pool.portNumbers.get('p'), worker: 'w', password: 'x' };
     const miner = new ZcashMiner({ url, threads: 1, agent: 'packed', equihash: params.equihash }, { onEvent: () => {} });
     const run = miner.run();
     while (devnet.acceptedBlocks < 1) await new Promise((resolve) => setTimeout(resolve, 20));
     await miner.stop(); await run;
     const [finding] = await runPoolProbe({ ...url, dialect: 'zcash', equihash: params.equihash, aggressive: false,
       agent: 'packed', limits: PROBE_LIMITS, only: ['share-accepted'] });
     await pool.stop(); await devnet.close();
     console.log(JSON.stringify({ blocks: devnet.acceptedBlocks > 0, shares: readShares('./data').length > 0,
       probe: finding.outcome }));`,
  );
  assert.deepEqual(JSON.parse(run(['try.mjs'], folder)), { blocks: true, shares: true, probe: 'pass' });
});
