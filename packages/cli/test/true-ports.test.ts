import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { LEAST_LOOSE_WEIGHT } from '@adit/pool';
import { poolToml, type TomlTable, trueChainToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { chainsByFamily } from '../src/config/families.ts';
import type { Fault } from '../src/config/faults.ts';
import { compareConfigs } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';
import { poolOptions } from '../src/config/pool-options.ts';
import type { Config } from '../src/config/schema.ts';
import { checkUpgradable } from '../src/upgrade/stop-and-start.ts';

/** @param chains further settings of the ports of each chain */
function load(context: TestContext, ...chains: readonly (readonly TomlTable[])[]): Config {
  // Each has a node of its own.
  const text = poolToml(
    chains.map((ports, c) =>
      trueChainToml(`http://127.0.0.1:${8888 + c}`, {
        chain: { name: `true${c}` },
        ports: ports.map((more, p) => ({
          name: `port${c}${p}`,
          public_address: 'pool.example.org:3335',
          ...more,
        })),
      }),
    ),
  );
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, text);
  return loadConfig(file);
}

function noticesOf(config: Config): readonly Fault[] {
  return chainsByFamily(config).flatMap(([family, chains]) => family.notices(chains));
}

function faultOf(context: TestContext, ...chains: readonly (readonly TomlTable[])[]): string {
  try {
    load(context, ...chains);
  } catch (error) {
    return String((error as Error).message);
  }
  return 'no fault';
}

test('strict and loose ports on TrueChain are refused, on one chain or on two, and both are named', (context) => {
  const strict = { strict_prefix: true };
  for (const chains of [[[strict, {}]], [[strict], [{}]]] as const) {
    const fault = faultOf(context, ...chains);
    assert.match(
      fault,
      /strict_prefix: port\d\d has false and port00 has true; expected the same on all ports/,
    );
  }
  assert.equal(faultOf(context, [strict, strict], [strict]), 'no fault');
});

test('loose ports of one chain with different settings are refused, and both are named', (context) => {
  for (const [more, words] of [
    [{ start_difficulty: 200000 }, /ports\[1\]\.start_difficulty: port01 has 200000 and port00 has 100000/],
    [{ min_difficulty: 5000 }, /ports\[1\]\.min_difficulty: port01 has 5000 and port00 has none/],
    [{ max_difficulty: 1e9 }, /ports\[1\]\.max_difficulty: port01 has 1000000000 and port00 has none/],
    [{ fixed_difficulty: true }, /ports\[1\]\.fixed_difficulty: port01 has true and port00 has false/],
    [{ share_seconds: 30 }, /ports\[1\]\.share_seconds: port01 has 30 and port00 has 10/],
  ] as const) {
    assert.match(faultOf(context, [{}, more]), words);
  }
  assert.equal(faultOf(context, [{ start_difficulty: 200_000 }, { start_difficulty: 200_000 }]), 'no fault');
  // Connections with nonces of their own have targets of their own.
  const strict = { strict_prefix: true };
  assert.equal(faultOf(context, [strict, { ...strict, start_difficulty: 200_000 }]), 'no fault');
});

test('a strict prefix of 0 bytes is refused', (context) => {
  const fault = faultOf(context, [{ strict_prefix: true, nonce1_bytes: 0 }]);
  assert.match(fault, /ports\[0\]\.strict_prefix: a prefix of no bytes binds nothing/);
  assert.equal(faultOf(context, [{ nonce1_bytes: 0 }]), 'no fault');
});

test('on loose ports a difficulty is raised if checking a share costs more than a hundredth of finding it', (context) => {
  const easy = { start_difficulty: 64, min_difficulty: 2 };
  const weightsOf = (config: Config) => {
    const port = poolOptions(config).chains[0]?.ports[0];
    return [port?.startWeight, port?.minWeight];
  };
  const loose = load(context, [easy]);
  assert.deepEqual(weightsOf(loose), [LEAST_LOOSE_WEIGHT, LEAST_LOOSE_WEIGHT]);
  assert.deepEqual(
    noticesOf(loose).map(({ key }) => key),
    ['chain[0].ports[0].min_difficulty', 'chain[0].ports[0].start_difficulty'],
  );
  assert.match(noticesOf(loose)[0]?.message ?? '', /2 is raised to 2048/);
  const right = load(context, [{ min_difficulty: 2048 }]);
  assert.deepEqual([noticesOf(right), weightsOf(right)], [[], [50_000n, 1024n]]);
  const strict = load(context, [{ ...easy, strict_prefix: true }]);
  assert.deepEqual([noticesOf(strict), weightsOf(strict)], [[], [32n, 1n]]);
});

test('strict_prefix changes by stop and start only', (context) => {
  const [loose, strict] = [load(context, [{}]), load(context, [{ strict_prefix: true }])];
  const { live, needsRestart } = compareConfigs(loose, strict);
  assert.deepEqual(live, []);
  assert.ok(needsRestart.includes('chain[true0].ports[port00].strict_prefix'));
  assert.throws(() => checkUpgradable(loose, strict), {
    code: 'ADIT_UPGRADE',
    message: /false to true: stop/,
  });
  assert.throws(() => checkUpgradable(strict, loose), { code: 'ADIT_UPGRADE' });
  checkUpgradable(strict, strict);
  // Added, removed or renamed ports do not bind other nonces.
  checkUpgradable(loose, load(context, [{}, {}]));
});

test('a port without public_address is named, since the reference miner will not follow an upgrade', (context) => {
  const [note, ...more] = noticesOf(load(context, [{ public_address: undefined }]));
  assert.deepEqual([note?.key, more], ['chain[0].ports[0].public_address', []]);
  assert.match(note?.message ?? '', /^is missing: the reference miner ignores/);
});
