import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, type TomlTable, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { compareConfigs, withLiveSettings } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import { againstUpgrade } from '../src/upgrade/against-upgrade.ts';

interface Chain {
  readonly network?: string;
  readonly ports: readonly TomlTable[];
}

function load(context: TestContext, ...chains: readonly Chain[]): Config {
  // Each has a node of its own.
  const text = poolToml(
    chains.map(({ network = 'zcash-devnet', ports }, i) => {
      const chain = { name: `chain-${i}`, network };
      const toml = network === 'truechain' ? trueChainToml : zcashToml;
      return toml(`http://127.0.0.1:${8232 + i}`, { chain, ports });
    }),
  );
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, text);
  return loadConfig(file);
}

/** The configuration with another layout on all its ports. */
function moved(config: Config): Config {
  const after = structuredClone(config);
  for (const { ports } of after.chain)
    for (const port of ports) if ('nonce_layout' in port) port.nonce_layout = 'trailing';
  return after;
}

function faultOf(context: TestContext, ...chains: readonly Chain[]): string {
  try {
    load(context, ...chains);
    return 'no fault';
  } catch (error) {
    return String((error as Error).message);
  }
}

const TRAILING = { nonce_layout: 'trailing' };

test('ports of both nonce layouts on one network are refused by their names, whatever the chains are called', (context) => {
  const [asic, old] = [{ name: 'asic' }, { name: 'old', ...TRAILING }];
  const expected = /expected one nonce_layout on all ports of zcash-devnet: asic leading, old trailing/;
  assert.match(faultOf(context, { ports: [asic, old] }), expected);
  assert.match(faultOf(context, { ports: [asic] }, { ports: [old] }), expected);
  assert.equal(faultOf(context, { ports: [asic] }, { network: 'komodo', ports: [old] }), 'no fault');
  const both = { ports: [old, { name: 'older', ...TRAILING }] };
  assert.equal(faultOf(context, both), 'no fault');
});

test('trailing ports of a network must share one length', (context) => {
  const four = { name: 'four', ...TRAILING };
  const eight = { name: 'eight', ...TRAILING, nonce1_bytes: 8 };
  assert.match(
    faultOf(context, { ports: [four, eight] }),
    /expected one nonce1_bytes on all trailing ports of zcash-devnet: four 4, eight 8/,
  );
  const said = { name: 'said', ...TRAILING, nonce1_bytes: 4 };
  assert.equal(faultOf(context, { ports: [four, said] }), 'no fault');
});

test('ports with a nonce1 that can be guessed must have the same start_difficulty', (context) => {
  const short = (name: string, bytes: number, difficulty: number) => ({
    name,
    start_difficulty: difficulty,
    for_proxies: true,
    nonce1_bytes: bytes,
  });
  assert.match(
    faultOf(context, { ports: [short('one', 1, 64), short('two', 2, 128)] }),
    /expected one start_difficulty on all ports of zcash-devnet with a nonce1 of 1 or 2 bytes: one 64, two 128/,
  );
  const others = [
    { name: 'three', start_difficulty: 128, nonce1_bytes: 3 },
    { name: 'usual', start_difficulty: 256 },
  ];
  const alike = [short('one', 1, 64), short('two', 2, 64), ...others];
  assert.equal(faultOf(context, { ports: alike }), 'no fault');
  const free = (name: string, difficulty: number) => ({
    name,
    start_difficulty: difficulty,
    nonce1_bytes: 0,
  });
  assert.equal(
    faultOf(context, { network: 'truechain', ports: [free('a', 100), free('b', 100)] }),
    'no fault',
  );
});

test('a reload keeps the nonce layout, and says what a change of it needs', (context) => {
  const before = load(context, { ports: [{ name: 'asic' }] });
  const after = moved(before);
  const key = 'chain[chain-0].ports[asic].nonce_layout';
  assert.deepEqual(compareConfigs(before, after), { live: [], needsUpgrade: [], needsRestart: [key] });
  const running = withLiveSettings(before, after, 'kept');
  assert.deepEqual(running, before);
  assert.deepEqual(compareConfigs(running, after).needsRestart, [key], 'and again by the next reload');
});

test('an upgrade that would move nonce1 is refused, even if names change; other changes are not', (context) => {
  const asic = load(context, { ports: [{ name: 'asic' }] });
  const more = load(context, { ports: [{ name: 'asic', start_difficulty: 7 }, { name: 'gpu' }] });
  assert.deepEqual(againstUpgrade(asic, more), []);
  assert.match(againstUpgrade(asic, moved(asic)).join('; '), /ports\[asic\]\.nonce_layout has changed/);
  const renamed = load(context, { ports: [{ name: 'asics', ...TRAILING }] });
  assert.deepEqual(againstUpgrade(asic, renamed), [
    'nonce1 of zcash-devnet was leading and is trailing with 4 bytes in the file',
  ]);
  const longer = load(context, { ports: [{ name: 'asics', ...TRAILING, nonce1_bytes: 8 }] });
  assert.deepEqual(againstUpgrade(renamed, longer), [
    'nonce1 of zcash-devnet was trailing with 4 bytes and is trailing with 8 bytes in the file',
  ]);
  const elsewhere = load(context, { network: 'komodo', ports: [{ name: 'asic', ...TRAILING }] });
  assert.deepEqual(againstUpgrade(load(context, { ports: [{ name: 'zec' }] }), elsewhere), []);
});
