import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { compareConfigs, withLiveSettings } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import { againstUpgrade } from '../src/upgrade/against-upgrade.ts';

interface Port {
  readonly name: string;
  readonly more?: string;
  readonly difficulty?: number;
  readonly dialect?: string;
}

interface Chain {
  readonly network?: string;
  readonly ports: readonly Port[];
}

let listen = 3333;

function load(context: TestContext, ...chains: readonly Chain[]): Config {
  const text = chains.map(({ network = 'zcash-devnet', ports }, i) => {
    const parts = ports.map(({ name, more = '', difficulty = 64, dialect = 'zcash' }) => {
      listen += 1;
      return `[[chain.ports]]
        name = "${name}"
        listen = "127.0.0.1:${listen}"
        dialect = "${dialect}"
        start_difficulty = ${difficulty}
        ${more}`;
    });
    return `[[chain]]
      name = "chain-${i}"
      network = "${network}"
      [[chain.nodes]]
      url = "http://127.0.0.1:8232"
      ${parts.join('\n')}`;
  });
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, text.join('\n'));
  return loadConfig(file);
}

function faultOf(context: TestContext, ...chains: readonly Chain[]): string {
  try {
    load(context, ...chains);
    return 'no fault';
  } catch (error) {
    return String((error as Error).message);
  }
}

const TRAILING = 'nonce_layout = "trailing"';

test('ports of both nonce layouts on one network are refused by their names, whatever the chains are called', (context) => {
  const [asic, old] = [{ name: 'asic' }, { name: 'old', more: TRAILING }];
  const expected = /expected one nonce_layout on all ports of zcash-devnet: asic leading, old trailing/;
  assert.match(faultOf(context, { ports: [asic, old] }), expected);
  assert.match(faultOf(context, { ports: [asic] }, { ports: [old] }), expected);
  assert.equal(faultOf(context, { ports: [asic] }, { network: 'komodo', ports: [old] }), 'no fault');
  const both = { ports: [old, { name: 'older', more: TRAILING }] };
  assert.equal(faultOf(context, both), 'no fault');
});

test('trailing ports of a network must share one length', (context) => {
  const four = { name: 'four', more: TRAILING };
  const eight = { name: 'eight', more: `${TRAILING}\nnonce1_bytes = 8` };
  assert.match(
    faultOf(context, { ports: [four, eight] }),
    /expected one nonce1_bytes on all trailing ports of zcash-devnet: four 4, eight 8/,
  );
  const said = { name: 'said', more: `${TRAILING}\nnonce1_bytes = 4` };
  assert.equal(faultOf(context, { ports: [four, said] }), 'no fault');
});

test('ports with a nonce1 that can be guessed must begin alike', (context) => {
  const short = (name: string, bytes: number, difficulty: number) => ({
    name,
    difficulty,
    more: `for_proxies = true\nnonce1_bytes = ${bytes}`,
  });
  assert.match(
    faultOf(context, { ports: [short('one', 1, 64), short('two', 2, 128)] }),
    /expected one start_difficulty on all ports of zcash-devnet with a nonce1 of 1 or 2 bytes: one 64, two 128/,
  );
  const others = [
    { name: 'three', difficulty: 128, more: 'nonce1_bytes = 3' },
    { name: 'usual', difficulty: 256 },
  ];
  const alike = [short('one', 1, 64), short('two', 2, 64), ...others];
  assert.equal(faultOf(context, { ports: alike }), 'no fault');
  const free = (name: string, difficulty: number) => ({
    name,
    difficulty,
    dialect: 'truestratum',
    more: 'nonce1_bytes = 0',
  });
  assert.equal(
    faultOf(context, { network: 'truechain', ports: [free('a', 100), free('b', 100)] }),
    'no fault',
  );
});

test('a reload keeps the nonce layout as it was, and says what it takes', (context) => {
  const before = load(context, { ports: [{ name: 'asic' }] });
  const after = structuredClone(before);
  for (const { ports } of after.chain) for (const port of ports) port.nonce_layout = 'trailing';
  const key = 'chain[chain-0].ports[asic].nonce_layout';
  assert.deepEqual(compareConfigs(before, after), { live: [], needsUpgrade: [], needsRestart: [key] });
  const running = withLiveSettings(before, after, 'kept');
  assert.equal(running.chain[0]?.ports[0]?.nonce_layout, 'leading');
  assert.deepEqual(compareConfigs(running, after).needsRestart, [key], 'and again by the next reload');
});

test('an upgrade that would move nonce1 is refused, also under other names; other changes are not', (context) => {
  const asic = load(context, { ports: [{ name: 'asic' }] });
  const more = load(context, { ports: [{ name: 'asic', difficulty: 7 }, { name: 'gpu' }] });
  assert.deepEqual(againstUpgrade(asic, more), []);
  const moved = structuredClone(asic);
  for (const { ports } of moved.chain) for (const port of ports) port.nonce_layout = 'trailing';
  assert.match(againstUpgrade(asic, moved).join('; '), /ports\[asic\]\.nonce_layout has changed/);
  const renamed = load(context, { ports: [{ name: 'asics', more: TRAILING }] });
  assert.deepEqual(againstUpgrade(asic, renamed), [
    'nonce1 of zcash-devnet was leading and is trailing with 4 bytes in the file',
  ]);
  const longer = load(context, { ports: [{ name: 'asics', more: `${TRAILING}\nnonce1_bytes = 8` }] });
  assert.deepEqual(againstUpgrade(renamed, longer), [
    'nonce1 of zcash-devnet was trailing with 4 bytes and is trailing with 8 bytes in the file',
  ]);
  const elsewhere = load(context, { network: 'komodo', ports: [{ name: 'asic', more: TRAILING }] });
  assert.deepEqual(againstUpgrade(load(context, { ports: [{ name: 'zec' }] }), elsewhere), []);
});
