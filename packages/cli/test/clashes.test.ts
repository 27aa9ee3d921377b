import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ZCASH_CHAINS } from '@adit/chain';
import { poolToml, type TomlChain, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { configTemplate } from '../src/config/template.ts';

function faultOf(context: TestContext, chains: readonly TomlChain[], admin: TomlTable = {}): string {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml(chains, { admin: { listen: '127.0.0.1:0', ...admin } }));
  try {
    loadConfig(file);
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'adit.toml');
  }
  return 'no fault';
}

const listening = (...addresses: string[]) =>
  zcashToml(undefined, { ports: addresses.map((listen) => ({ listen })) });

test('two listeners that the system cannot open together are refused, and both are named', (context) => {
  for (const [one, other] of [
    ['127.0.0.1:3333', '127.0.0.1:3333'],
    ['0.0.0.0:3333', '127.0.0.1:3333'],
    ['192.168.1.5:3333', '0.0.0.0:3333'],
    ['0.0.0.0:3333', 'localhost:3333'],
    ['[::]:3333', '0.0.0.0:3333'],
    ['10.0.0.1:3333', '[::]:3333'],
    ['[::]:3333', '[::1]:3333'],
    ['[::1]:3333', '[0:0:0:0:0:0:0:1]:3333'],
    ['Pool.example.com:3333', 'pool.example.com.:3333'],
  ] as const) {
    const fault = faultOf(context, [listening(one, other)]);
    assert.ok(
      fault.startsWith(
        `adit.toml:13: chain[0].ports[1].listen: found ${other}, and chain[0].ports[0].listen is ${one}`,
      ),
      fault,
    );
  }
});

test('the admin address is one of the listeners, while it is enabled', (context) => {
  const chains = [listening('0.0.0.0:9333')];
  assert.match(
    faultOf(context, chains, { listen: '127.0.0.1:9333' }),
    /^adit\.toml:2: admin\.listen: found 127\.0\.0\.1:9333, and chain\[0\]\.ports\[0\]\.listen is 0\.0\.0\.0:9333/,
  );
  assert.equal(faultOf(context, chains, { listen: '127.0.0.1:9333', enabled: false }), 'no fault');
});

test('listeners that the system can open together are accepted', (context) => {
  for (const addresses of [
    ['127.0.0.1:3333', '127.0.0.2:3333'],
    ['0.0.0.0:3333', '0.0.0.0:3334'],
    ['0.0.0.0:3333', '[::1]:3333'],
    ['127.0.0.1:0', '127.0.0.1:0', '0.0.0.0:0'],
  ])
    assert.equal(faultOf(context, [listening(...addresses)]), 'no fault', addresses.join(' '));
});

test('a node that is named twice on one network is refused: twice in a chain, or in two chains', (context) => {
  const chain = (name: string, url: string, network = 'zcash') =>
    zcashToml(url, { chain: { name, network }, ports: [{ name }] });
  const [main, spare] = [chain('main', 'http://127.0.0.1:8232'), chain('spare', 'http://localhost:8232/')];
  const both = faultOf(context, [main, spare]);
  assert.match(both, /^adit\.toml:17: chain\[1\]\.nodes\[0\]\.url: found 127\.0\.0\.1:8232/);
  assert.match(
    both,
    /also chain\[0\]\.nodes\[0\]\.url; expected one \[\[chain\]\] of zcash with the ports of both/,
  );
  const [node = {}] = main.nodes;
  const twice = faultOf(context, [{ ...main, nodes: [node, node] }]);
  assert.match(twice, /chain\[0\]\.nodes\[1\]\.url: .* expected each node once$/);
  assert.equal(faultOf(context, [main, chain('other', 'http://127.0.0.1:8233')]), 'no fault');
  assert.equal(faultOf(context, [main, chain('kmd', 'http://127.0.0.1:8232', 'komodo')]), 'no fault');
});

test('a network that a pool cannot mine is refused by the check and by init, and says why', (context) => {
  const mineable = Object.keys(ZCASH_CHAINS).filter(
    (network) => faultOf(context, [zcashToml(undefined, { chain: { network } })]) === 'no fault',
  );
  const unmineable = Object.keys(ZCASH_CHAINS).filter((network) => !mineable.includes(network));
  assert.deepEqual(unmineable, ['bitcoin-gold', 'litecoinz']);
  for (const network of unmineable) {
    const fault = faultOf(context, [zcashToml(undefined, { chain: { network } })]);
    assert.match(fault, new RegExp(`^adit\\.toml:5: chain\\[0\\]\\.network: found "${network}", expected`));
    assert.match(fault, /coinbasetxn/);
    assert.throws(() => configTemplate(network), { code: 'ADIT_UNKNOWN_CHAIN', message: /coinbasetxn/ });
  }
});
