import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ZCASH_CHAINS } from '@adit/chain';
import { makeCertificate } from '@adit/test-kit/certificate';
import { poolToml, type TomlChanges, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { allSettings, compareConfigs, withLiveSettings } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';
import { poolOptions } from '../src/config/pool-options.ts';
import { type Config, configSchema } from '../src/config/schema.ts';
import { configTemplate } from '../src/config/template.ts';

const ASIC = { name: 'asic', listen: '127.0.0.1:3333', start_difficulty: 64 };

type Tables = Readonly<Record<string, TomlTable>>;

/**
 * @param port further settings of the port `asic`
 * @param more other ports, and keys of the chain
 */
function load(context: TestContext, tables: Tables, port: TomlTable = {}, more: TomlChanges = {}): Config {
  const { ports = [], chain } = more;
  const zcash = zcashToml('http://127.0.0.1:8232', {
    chain: { name: 'zcash', network: 'zcash-devnet', ...chain },
    ports: [{ ...ASIC, ...port }, ...ports],
  });
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml([zcash], tables));
  return loadConfig(file);
}

function faultOf(context: TestContext, tables: Tables, port: TomlTable = {}): string {
  try {
    poolOptions(load(context, tables, port));
  } catch (error) {
    return String((error as Error).message);
  }
  return 'no fault';
}

/** Every place of the schema that holds a value, as in JSON Schema. */
function valuesOf(schema: unknown, key: string): string[] {
  const { properties, items, live, oneOf } = schema as {
    properties?: object;
    items?: unknown;
    live?: unknown;
    oneOf?: readonly unknown[];
  };
  if (live !== undefined) return [];
  if (oneOf !== undefined) return oneOf.flatMap((part) => valuesOf(part, key));
  if (items !== undefined) return valuesOf(items, `${key}[]`);
  if (properties === undefined) return [key];
  return Object.entries(properties).flatMap(([name, part]) => valuesOf(part, `${key}.${name}`));
}

test('every setting says what it is for and when it takes effect', async () => {
  const { z } = await import('zod');
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  assert.deepEqual(valuesOf(schema, ''), [], 'these have no description');
  for (const { key, description } of allSettings()) assert.notEqual(description, '', key);
  assert.ok(allSettings().length > 60);
});

test('a port without min_difficulty gets one, far below its start_difficulty', (context) => {
  const weightsOf = (port: TomlTable) => {
    const config = load(context, {}, port, { chain: { network: 'zcash' } });
    const { startWeight, minWeight } = poolOptions(config).chains[0]?.ports[0] ?? {};
    return [startWeight, minWeight];
  };
  assert.deepEqual(weightsOf({}), [524_288n, 16n]);
  assert.deepEqual(weightsOf({ min_difficulty: 1 }), [524_288n, 8_192n]);
  assert.deepEqual(weightsOf({ start_difficulty: 1 }), [8_192n, 2n], 'never what every hash passes');
  assert.deepEqual(weightsOf({ start_difficulty: 1e-30 }), [1n, 1n], 'nor more than it begins with');
});

test('the defaults are those of the packages that apply the limits', (context) => {
  const { limits, conduct } = poolOptions(load(context, {}));
  assert.equal(limits?.connections.maxConnections, 20_000);
  assert.equal(limits?.resumeMs, 300_000);
  assert.equal(limits?.outageMs, 1_800_000);
  assert.deepEqual([conduct?.enabled, conduct?.banAt], [true, 500]);
});

test("the pool's name for coinbases is printable ASCII with room for the random digits", (context) => {
  const chainWith = (text: string) => {
    const [chain] = poolOptions(load(context, {}, {}, { chain: { coinbase_text: text } })).chains;
    return chain?.kind === 'zcash' ? chain.coinbaseText : undefined;
  };
  assert.equal(chainWith('A pool, 100 % fair'), 'A pool, 100 % fair');
  assert.equal(chainWith('x'.repeat(40)), 'x'.repeat(40));
  for (const text of ['x'.repeat(41), 'Gr\u00fcbe', 'a\tb']) {
    assert.throws(() => chainWith(text), /chain\[0\]\.coinbase_text/, text);
  }
});

test('a change is live or waits for the next process, and the list says which', (context) => {
  const before = load(context, {}, { share_seconds: 10 });
  const after = load(
    context,
    { top: { verifier_threads: 2 }, bans: { allow: ['10.0.0.0/8'] } },
    { share_seconds: 5, grace_ms: 100 },
  );
  const { live, needsUpgrade } = compareConfigs(before, {
    ...after,
    data: before.data,
    control: before.control,
  });
  assert.deepEqual(live.toSorted(), [
    'bans.allow',
    'chain[zcash].ports[asic].grace_ms',
    'chain[zcash].ports[asic].share_seconds',
  ]);
  assert.deepEqual(needsUpgrade, ['verifier_threads']);
});

test('a setting that a reload cannot apply stays different, and the next reload names it too', (context) => {
  const before = load(context, {});
  const after = {
    ...load(context, { top: { verifier_threads: 2 }, log: { level: 'debug' } }),
    data: before.data,
    control: before.control,
  };
  const running = withLiveSettings(before, after, 'kept');
  assert.equal(running.log.level, 'debug');
  assert.equal(running.verifier_threads, undefined);
  assert.deepEqual(compareConfigs(running, after), {
    live: [],
    needsUpgrade: ['verifier_threads'],
    needsRestart: [],
  });
});

test('ports are identified by their names, even if others are added, removed or moved in the file', (context) => {
  const port = (name: string) => ({ name, listen: `127.0.0.1:${name}` });
  const before = load(context, {}, {}, { ports: [port('3334'), port('3335')] });
  const late = { ...port('3335'), grace_ms: 7 };
  const after = { ...load(context, {}, {}, { ports: [port('3336'), late] }), data: before.data };
  // The file with its ports in reverse order.
  for (const { ports } of after.chain) ports.reverse();
  const moved = {
    ...after,
    control: before.control,
  };
  assert.deepEqual(compareConfigs(before, moved), {
    live: ['chain[zcash].ports[3335].grace_ms'],
    needsUpgrade: ['chain[zcash].ports[3334]', 'chain[zcash].ports[3336]'],
    needsRestart: [],
  });
  const names = (removed: 'kept' | 'dropped') =>
    withLiveSettings(before, moved, removed).chain[0]?.ports.map((port) => [
      port.name,
      'grace_ms' in port ? port.grace_ms : undefined,
    ]);
  assert.deepEqual(names('kept'), [
    ['asic', 0],
    ['3334', 0],
    ['3335', 7],
  ]);
  assert.deepEqual(names('dropped'), [
    ['asic', 0],
    ['3335', 7],
  ]);
});

test('a reload renews a certificate, and TLS itself begins with an upgrade', (context) => {
  const before = load(context, {});
  const after = {
    ...load(context, {}, { tls_cert: 'a.pem', tls_key: 'a.key' }),
    data: before.data,
    control: before.control,
  };
  const other = structuredClone(after);
  for (const { ports } of other.chain) for (const port of ports) port.tls_cert = '/b.pem';
  const [cert, key] = ['chain[zcash].ports[asic].tls_cert', 'chain[zcash].ports[asic].tls_key'];
  assert.deepEqual(compareConfigs(before, after), { live: [], needsUpgrade: [cert, key], needsRestart: [] });
  assert.deepEqual(compareConfigs(after, other), { live: [cert], needsUpgrade: [], needsRestart: [] });
});

test('faults name the key and what was expected', (context) => {
  const cases: [Tables, TomlTable, RegExp][] = [
    [{}, { tls_cert: 'a.pem' }, /chain\[0\]\.ports\[0\]: expected both tls_cert and tls_key/],
    [
      {},
      { proxies: ['10.0.0.0/99'] },
      /ports\[0\]\.proxies\[0\]: found .*, expected an address or a network/,
    ],
    [{}, { grace_ms: 60_000 }, /ports\[0\]\.grace_ms/],
    [{}, { password_file: 'a', password_env: 'B' }, /expected either password_file or password_env/],
    [{}, { password_env: 'ADIT_TEST_NOT_SET' }, /the environment has no ADIT_TEST_NOT_SET/],
    [
      { admin: { listen: '0.0.0.0:9333' } },
      {},
      /admin\.listen: anything but loopback needs admin\.allowed_hosts/,
    ],
    [
      { bans: { warn_at: 30, slow_at: 20 } },
      {},
      /bans: found .*; expected warn_at, slow_at, disconnect_at and ban_at in this order/,
    ],
    [{ limits: { max_conections: 5 } }, {}, /max_conections/],
    [{ limits: { line_bytes: 100 } }, {}, /limits\.line_bytes/],
    [{ sessions: { resume_seconds: -1 } }, {}, /sessions\.resume_seconds/],
  ];
  for (const [head, port, expected] of cases) assert.match(faultOf(context, head, port), expected);
});

test('TLS files are checked before anything begins: missing, not matching, or a key that others can read', (context) => {
  const folder = temporaryFolder(context);
  const [mine, other] = [makeCertificate(), makeCertificate()];
  const write = (name: string, text: string, mode: number) => {
    writeFileSync(path.join(folder, name), text, { mode });
    return path.join(folder, name);
  };
  const cert = write('cert.pem', mine.cert, 0o644);
  const key = write('key.pem', mine.key, 0o600);
  const tls = (certFile: string, keyFile: string) => ({ tls_cert: certFile, tls_key: keyFile });
  assert.equal(faultOf(context, {}, tls(cert, key)), 'no fault');
  const cases: [string, string, RegExp][] = [
    [path.join(folder, 'none.pem'), key, /tls_cert and tls_key of the port 127\.0\.0\.1:3333: .*none\.pem/],
    [cert, write('other.pem', other.key, 0o600), /tls_cert and tls_key of the port .*key values mismatch/],
    [cert, write('open.pem', mine.key, 0o644), /tls_key of the port .* can be read by others: run chmod 600/],
    [key, key, /tls_cert and tls_key/],
  ];
  for (const [certFile, keyFile, expected] of cases)
    assert.match(faultOf(context, {}, tls(certFile, keyFile)), expected);
});

test('a secret may come from the environment', (context) => {
  process.env['ADIT_TEST_PASSWORD'] = 'sesame';
  context.after(() => delete process.env['ADIT_TEST_PASSWORD']);
  const [chain] = poolOptions(load(context, {}, { password_env: 'ADIT_TEST_PASSWORD' })).chains;
  assert.deepEqual(chain?.ports[0]?.access, { password: 'sesame' });
});

test('the control socket lies in the data folder, or where the configuration says', (context) => {
  const plain = load(context, {});
  assert.equal(plain.control, path.join(plain.data, 'control.sock'));
  const elsewhere = load(context, { top: { control: './run/adit.sock' } });
  assert.equal(path.basename(path.dirname(elsewhere.control)), 'run');
});

test('the templates that init writes are right', (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(folder, { recursive: true });
  const written = (network: string) => {
    const file = path.join(folder, `${network}.toml`);
    writeFileSync(file, configTemplate(network));
    return loadConfig(file);
  };
  for (const network of ['zcash', 'zcash-devnet', 'komodo']) {
    assert.equal(written(network).admin.listen, '127.0.0.1:9333');
  }
  // Both files can be used on one machine at the same time.
  const [zcash, truechain] = [written('zcash'), written('truechain')];
  assert.notEqual(zcash.data, truechain.data);
  assert.notEqual(zcash.control, truechain.control);
  assert.notEqual(zcash.admin.listen, truechain.admin.listen);
  for (const network of Object.keys(ZCASH_CHAINS).filter((name) => /devnet|regtest/.test(name)))
    for (const { ports } of written(network).chain)
      for (const { listen } of ports)
        assert.match(listen, /^127\.0\.0\.1:/, `${network} is for trying things on one machine`);
});

test('a value of the wrong kind is named by what was found, and a text is not shown', (context) => {
  const fault = (port: TomlTable) => faultOf(context, {}, port);
  assert.match(
    fault({ start_difficulty: '64' }),
    /start_difficulty: found "64" in quotes, expected a number/,
  );
  assert.match(fault({ start_difficulty: 'hunter2' }), /start_difficulty: found a text, expected a number/);
  assert.match(fault({ fixed_difficulty: 1 }), /fixed_difficulty: found 1, expected true or false/);
  assert.match(fault({ listen: 3333 }), /listen: found 3333, expected a text/);
});

test('init writes where miners reach the port, and leaves it as a comment where nobody has said', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const [network, publicAddress] of [
    ['truechain', 'pool.example.org:3335'],
    ['zcash', '[::1]:3333'],
  ] as const) {
    writeFileSync(file, configTemplate(network, { publicAddress }));
    assert.equal(loadConfig(file).chain[0]?.ports[0]?.public_address, publicAddress);
    writeFileSync(file, configTemplate(network));
    assert.equal(loadConfig(file).chain[0]?.ports[0]?.public_address, undefined);
  }
});

test('a group is a name or a number, and --check reports one that the system does not know', (context) => {
  assert.equal(poolOptions(load(context, { top: { group: '1234' } })).groupId, 1234);
  assert.equal('groupId' in poolOptions(load(context, {})), false);
  assert.match(
    faultOf(context, { top: { group: 'no-such-group-here' } }),
    /there is no group "no-such-group-here" in \/etc\/group/,
  );
  assert.match(
    faultOf(context, { top: { group: 'a b' } }),
    /group: found .*, expected the name or the number of a group/,
  );
});
