import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';

const FREE = { admin: { listen: '127.0.0.1:0' } };

test('--check accepts a node that is down, and says clearly that it could not ask it', async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, 'adit.toml'), poolToml([zcashToml()], FREE));
  const { status, out, err } = await aditHere(['pool', '--check'], folder);
  assert.deepEqual([status, err], [0, '']);
  assert.match(
    out,
    /^adit\.toml is right, but its node could not be asked \(chains: 1, ports: 1\)\nwarning: chain\[0\]\.nodes\[0\]\.url: could not ask/,
  );
});

test('--check names all faults outside the file at once: addresses, cookies and nodes', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(async () => {
    server.close();
    await devnet.close();
  });
  const { port } = server.address() as { port: number };
  const wrong = zcashToml(devnet.url, {
    chain: { name: 'main', network: 'zcash' },
    ports: [{ listen: `127.0.0.1:${port}` }],
  });
  const cookie = zcashToml(undefined, { node: { cookie_file: './none' } });
  writeFileSync(path.join(folder, 'adit.toml'), poolToml([wrong, cookie], FREE));
  const { status, out, err } = await aditHere(['pool', '--check'], folder);
  assert.deepEqual([status, out], [78, '']);
  assert.deepEqual(
    err
      .trim()
      .split('\n')
      .map((line) => /^(?:adit: )?adit\.toml:\d+: ([^:]*): (?:found|expected)/.exec(line)?.[1]),
    ['chain[0].ports[0].listen', 'chain[1].nodes[0].cookie_file', 'chain[0].nodes[0].url'],
    err,
  );
});

test('a start with a node of another network is refused before it makes a data folder', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const toml = poolToml([zcashToml(devnet.url, { chain: { network: 'zcash' } })], FREE);
  writeFileSync(path.join(folder, 'adit.toml'), toml);
  const { status, err } = await runAdit(['pool'], folder);
  assert.equal(status, 78);
  assert.match(
    err,
    /^adit: adit\.toml:7: chain\[0\]\.nodes\[0\]\.url: found a node \(zcash-devnet-48_5\) whose first block/,
  );
});
