import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { poolToml, type TomlChain, type TomlTable, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { refuseWrongNodes } from '../src/check/before-start.ts';
import { cookieFaults } from '../src/check/cookie-files.ts';
import { askNodes } from '../src/check/nodes.ts';
import { takenAddresses } from '../src/check/taken-addresses.ts';
import { loadConfig } from '../src/config/load.ts';
import { ControlServer } from '../src/control/server.ts';

const ASKED = { askMs: 60_000, advice: false };

function write(context: TestContext, chains: readonly TomlChain[], admin: TomlTable = {}): string {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml(chains, { admin: { listen: '127.0.0.1:0', ...admin } }));
  return file;
}

async function listening(context: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as { port: number }).port;
}

test('an address that another program uses is named with its key, and a free address is not', async (context) => {
  const port = await listening(context);
  const taken = `127.0.0.1:${port}`;
  const ports = [{ listen: '127.0.0.1:0' }, { listen: taken }];
  const config = loadConfig(write(context, [zcashToml(undefined, { ports })]));
  assert.deepEqual(await takenAddresses(config), [
    {
      key: 'chain[0].ports[1].listen',
      message: `found ${taken}, where this process cannot listen (another program has it); expected an address that is free`,
    },
  ]);
  const admin = loadConfig(write(context, [zcashToml()], { listen: taken }));
  assert.deepEqual(
    (await takenAddresses(admin)).map(({ key }) => key),
    ['admin.listen'],
  );
});

test('the addresses of the pool that runs with the file are not faults', async (context) => {
  const [own, foreign] = [await listening(context), await listening(context)];
  const ports = [own, foreign].map((port) => ({ listen: `127.0.0.1:${port}` }));
  const config = loadConfig(
    write(context, [zcashToml(undefined, { ports })], { listen: `127.0.0.1:${await listening(context)}` }),
  );
  mkdirSync(config.data);
  const status = {
    ...{ version: 1, adit: '0', pid: 1, config: '', startedMs: 0, instance: '', ready: true },
    ...{ notReady: [], draining: false, chains: [], sessions: 0, bans: 0 },
    verifier: { queued: 0, oldestMs: 0, threads: 1 },
    journal: { problem: null, waiting: 0, faults: [] },
    ports: [
      {
        ...{ name: 'a', chain: 'c', host: '127.0.0.1', number: own, tls: false, dialect: 'zcash' },
        ...{ connections: 0, miners: 0, messages: {}, slowed: 0, overlooking: 0 },
      },
    ],
  };
  const control = new ControlServer(config.control, { handle: () => status });
  await control.listen();
  context.after(() => control.close());
  assert.deepEqual(
    (await takenAddresses(config)).map(({ key }) => key),
    ['chain[0].ports[1].listen'],
  );
});

test('a cookie file that is missing or cannot be read is named with its key', (context) => {
  const folder = temporaryFolder(context);
  const cookie = path.join(folder, 'cookie');
  writeFileSync(cookie, 'user:secret');
  const faultsOf = (file: string) =>
    cookieFaults(loadConfig(write(context, [zcashToml(undefined, { node: { cookie_file: file } })])));
  assert.deepEqual(faultsOf(cookie), []);
  const [missing] = faultsOf(path.join(folder, 'none'));
  assert.equal(missing?.key, 'chain[0].nodes[0].cookie_file');
  assert.match(missing.message, /^found no file .*none; expected the cookie that the node writes/);
  const [unreadable] = faultsOf(folder);
  assert.match(unreadable?.message ?? '', /is a folder; expected a file/);
  assert.deepEqual([missing.missing, unreadable?.missing], [true, false]);
});

test('a node of another network is a fault, a node that does not answer is reported, and a right one is not', async (context) => {
  const zcash = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  const truechain = await startTrueChainDevnet({ startNumber: 100 });
  context.after(() => Promise.all([zcash.close(), truechain.close()]));
  const answersOf = async (...chains: TomlChain[]) => askNodes(loadConfig(write(context, chains)), ASKED);
  const right = await answersOf(
    zcashToml(zcash.url, { chain: { name: 'z' } }),
    trueChainToml(truechain.url, { chain: { name: 't' } }),
  );
  assert.deepEqual(right, { faults: [], silent: [], clocks: [], notes: [] });
  const wrong = await answersOf(
    zcashToml(zcash.url, { chain: { name: 'main', network: 'zcash' } }),
    zcashToml(truechain.url, { chain: { name: 'kmd', network: 'komodo' } }),
    trueChainToml(zcash.url, { chain: { name: 't' } }),
  );
  assert.deepEqual(wrong.silent, []);
  assert.deepEqual(
    wrong.faults.map(({ key }) => key),
    ['chain[0].nodes[0].url', 'chain[1].nodes[0].url', 'chain[2].nodes[0].url'],
  );
  for (const { message } of wrong.faults) assert.match(message, /^found a node .* expected one of /);
  const away = await answersOf(zcashToml());
  assert.deepEqual(away.faults, []);
  assert.match(away.silent[0]?.message ?? '', /^could not ask this node which network it is on: .*reached/);
});

test('a node that accepts the connection and does not answer is awaited for askMs at most', async (context) => {
  const config = loadConfig(write(context, [zcashToml(`http://127.0.0.1:${await listening(context)}`)]));
  const { silent } = await askNodes(config, { ...ASKED, askMs: 50 });
  assert.match(silent[0]?.message ?? '', /no answer within 0\.05 s$/);
});

test('a start is refused for a node of another network and an unreadable cookie, but not for a node that is down', async (context) => {
  const devnet = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const refused = async (chain: TomlChain, message: RegExp) => {
    const file = write(context, [chain]);
    await assert.rejects(refuseWrongNodes(file, loadConfig(file)), { code: 'ADIT_BAD_CONFIG', message });
  };
  await refused(
    zcashToml(devnet.url, { chain: { network: 'zcash' } }),
    /adit\.toml:7: chain\[0\]\.nodes\[0\]\.url: found a node .*expected one of zcash/,
  );
  const folder = temporaryFolder(context);
  await refused(
    zcashToml(undefined, { node: { cookie_file: folder } }),
    /adit\.toml:8: chain\[0\]\.nodes\[0\]\.cookie_file: .* is a folder/,
  );
  const away = write(context, [zcashToml(undefined, { node: { cookie_file: path.join(folder, 'none') } })]);
  await refuseWrongNodes(away, loadConfig(away));
});
