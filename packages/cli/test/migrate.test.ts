import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { rewardAddressFaults } from '../src/check/reward-addresses.ts';
import { runMigrate } from '../src/commands/migrate.ts';
import { loadConfig } from '../src/config/load.ts';

const REWARD = 't1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs';

const MININGCORE = `{
  // a comment, with "quotes", and a url in a text below
  "logging": { "level": "info" },
  "persistence": { "postgres": { "host": "127.0.0.1", "password": "db-secret" } },
  /* pools */
  "pools": [
    {
      "id": "zec1", "enabled": true, "coin": "zcash",
      "address": "${REWARD}",
      "rewardRecipients": [ { "address": "t1x", "percentage": 1.5 }, { "address": "t1y", "percentage": 0.5 } ],
      "blockRefreshInterval": 0, "jobRebroadcastTimeout": 10, "clientConnectionTimeout": 600,
      "banning": { "enabled": true, "time": 600, "invalidPercent": 50, "checkThreshold": 50 },
      "ports": {
        "3052": { "listenAddress": "0.0.0.0", "difficulty": 8, "varDiff": { "minDiff": 1, "maxDiff": null, "targetTime": 15, "retargetTime": 90, "variancePercent": 30 } },
        "3053": { "listenAddress": "0.0.0.0", "difficulty": 64, "tls": true, "tlsPfxFile": "/x.pfx", "tlsPfxPassword": "pfx-secret", "tcpProxyProtocol": { "enable": true } },
      },
      "daemons": [ { "host": "127.0.0.1", "port": 8232, "user": "user", "password": "node//secret" } ],
      "paymentProcessing": { "enabled": true, "minimumPayment": 0.01, "payoutScheme": "PPLNS", "payoutSchemeConfig": { "factor": 2.5 } },
    },
    { "id": "kmd", "coin": "komodo", "ports": { "3060": { "difficulty": 1 } }, "daemons": [ { "host": "::1", "port": 7771 } ] },
    { "id": "xmr", "coin": "monero", "ports": {} },
    { "id": "off", "enabled": false, "coin": "zcash" }
  ],
}`;

const S_NOMP = {
  enabled: true,
  coin: 'zcash_testnet.json',
  address: 'tmExample',
  zAddress: 'ztestsapling1x',
  rewardRecipients: { t1fee: 0.2 },
  tlsOptions: { enabled: true, serverKey: '/k.pem', serverCert: '/c.pem' },
  paymentProcessing: { enabled: true, paymentMode: 'pplnt', minimumPayment: 1e-7 },
  connectionTimeout: 3,
  jobRebroadcastTimeout: 55,
  tcpProxyProtocol: false,
  ports: { 3333: { diff: 0.05, tls: true, varDiff: { minDiff: 0.04, maxDiff: 16, targetTime: 15 } }, x: {} },
  daemons: [{ host: '127.0.0.1', port: 18232, user: 'rpc\n"evil" = 1', password: 'node-secret' }],
  p2p: { enabled: true },
};

function migrated(
  context: TestContext,
  program: string,
  text: string,
): { readonly toml: string; readonly file: string } {
  const folder = temporaryFolder(context);
  const [from, output] = [path.join(folder, 'old.json'), path.join(folder, 'adit.toml')];
  writeFileSync(from, text);
  context.mock.method(process.stdout, 'write', () => true);
  try {
    runMigrate(program, from, { output });
  } finally {
    // The runner of tests writes there too.
    context.mock.restoreAll();
  }
  return { toml: readFileSync(output, 'utf8'), file: output };
}

test('a configuration of Miningcore becomes one that is right, with its secrets left behind', async (context) => {
  const { toml, file } = migrated(context, 'miningcore', MININGCORE);
  const config = loadConfig(file);
  assert.deepEqual(await rewardAddressFaults(config), []);
  assert.deepEqual(
    config.chain.map(({ name, network }) => [name, network]),
    [
      ['zec1', 'zcash'],
      ['kmd', 'komodo'],
    ],
  );
  const [zec, kmd] = config.chain;
  assert.deepEqual(zec?.money?.reward_addresses, [REWARD]);
  assert.deepEqual(
    [
      zec?.money?.scheme,
      zec?.money?.window,
      zec?.money?.fee_percent,
      zec?.money?.minimum,
      zec?.money?.payouts,
    ],
    ['pplns', 2.5, 2, '0.01', 'off'],
  );
  const [fast, slow] = zec?.ports ?? [];
  assert.deepEqual(
    [
      fast?.listen,
      fast?.start_difficulty,
      fast?.min_difficulty,
      fast?.share_seconds,
      fast?.fixed_difficulty,
      fast?.accounts,
    ],
    ['0.0.0.0:3052', 8, 1, 15, false, 'address'],
  );
  assert.deepEqual(
    [slow?.listen, slow?.start_difficulty, slow?.fixed_difficulty],
    ['0.0.0.0:3053', 64, true],
  );
  // Difficulty 1 is 8,192 solutions there, and 16 here.
  assert.equal(kmd?.ports[0]?.start_difficulty, 512);
  assert.equal(kmd?.nodes[0]?.url, 'http://[::1]:7771');
  assert.equal(kmd?.money, undefined, 'without an address of rewards the money is a comment');
  assert.deepEqual(
    [config.limits.idle_seconds, config.bans.enabled, config.bans.ban_seconds],
    [600, true, [600]],
  );
  assert.deepEqual(
    [zec?.nodes[0]?.user, path.basename(zec?.nodes[0]?.password_file ?? '')],
    ['user', 'node-password-1'],
  );
  assert.doesNotMatch(toml, /secret/);
  for (const line of [
    /^#! xmr: Adit has no network monero$/m,
    /^#! persistence: /m,
    /^#! the port spoke TLS/m,
    /^#! name your balancers/m,
  ])
    assert.match(toml, line);
  assert.doesNotMatch(toml, /off.*zcash/);
});

test('a configuration of s-nomp becomes one that is right, whatever its texts hold', (context) => {
  const { toml, file } = migrated(context, 's-nomp', JSON.stringify(S_NOMP));
  const { chain, limits } = loadConfig(file);
  assert.deepEqual(
    chain.map(({ name, network }) => [name, network]),
    [['zcash_testnet', 'zcash-testnet']],
  );
  const [port] = chain[0]?.ports ?? [];
  assert.deepEqual(
    [port?.listen, port?.start_difficulty, port?.min_difficulty],
    ['0.0.0.0:3333', 12.8, 10.24],
  );
  assert.equal(port?.max_difficulty, 4096);
  assert.deepEqual(chain[0]?.money?.reward_addresses, ['tmExample', 'ztestsapling1x']);
  assert.deepEqual([chain[0]?.money?.scheme, chain[0]?.money?.minimum], ['pplns', '0.0000001']);
  assert.equal(limits.idle_seconds, 10, 'a value below the least one is raised to it');
  assert.equal(chain[0]?.nodes[0]?.user, 'rpc\n"evil" = 1');
  assert.match(toml, /^#! the scheme pplnt has no counterpart: pplns was taken/m);
  assert.match(toml, /^# tls_cert = "\/c\.pem"$/m);
  assert.match(toml, /^#! p2p: the pool waits/m);
  assert.doesNotMatch(toml, /secret/);
});

test('a file that is no configuration, or names no chain that Adit has, is refused without a word of its content', (context) => {
  for (const [text, message] of [
    ['{ "password": "secret', /it is not JSON/],
    ['[1]', /expected an object/],
    ['{}', /found no pool/],
    ['{ "pools": [ { "coin": "monero" } ] }', /found the coins monero, expected one of zcash/],
  ] as const)
    assert.throws(
      () => migrated(context, 'miningcore', text),
      (error: { code?: string; message: string }) =>
        error.code === 'ADIT_IMPORT_REFUSED' &&
        message.test(error.message) &&
        !error.message.includes('secret'),
    );
  const { file } = migrated(context, 's-nomp', JSON.stringify(S_NOMP));
  assert.throws(() => runMigrate('s-nomp', file.replace('adit.toml', 'old.json'), { output: file }), {
    code: 'ADIT_CANNOT_WRITE',
  });
});
