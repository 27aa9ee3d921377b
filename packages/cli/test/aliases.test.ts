import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { compareConfigs, withLiveSettings } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';
import { poolOptions } from '../src/config/pool-options.ts';

const LONG = `u1${'q'.repeat(211)}`;

/** A configuration with these lines at its end, which belong to its last chain. */
function load(context: TestContext, lines: string, workers?: readonly string[]) {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  const port = { listen: '127.0.0.1:0', ...(workers === undefined ? {} : { workers }) };
  const toml = poolToml([zcashToml(undefined, { ports: [port] })], { admin: { enabled: false } });
  writeFileSync(file, `${toml}\n${lines}\n`);
  return loadConfig(file);
}

const withAliases = (...lines: string[]) => ['[chain.aliases]', ...lines].join('\n');

test('aliases of a chain reach the ports of the chain', (context) => {
  const config = load(context, withAliases(`bob = "${LONG}"`, `"bob 2" = "${LONG}"`));
  const [chain] = poolOptions(config).chains;
  assert.deepEqual(
    chain?.ports.map(({ access }) => access?.aliases),
    [
      new Map([
        ['bob', LONG],
        ['bob 2', LONG],
      ]),
    ],
  );
});

test('a reload applies aliases that were added, changed and taken away', (context) => {
  const none = load(context, '');
  const before = load(context, withAliases('bob = "t1bob"', 'eve = "t1eve"'));
  const after = load(context, withAliases('bob = "t1other"', 'dan = "t1dan"'));
  for (const [old, now, expected] of [
    [before, after, { bob: 't1other', dan: 't1dan' }],
    [none, before, { bob: 't1bob', eve: 't1eve' }],
    [before, none, undefined],
  ] as const) {
    const { live, needsUpgrade } = compareConfigs(old, now);
    assert.equal(live.length, 1, live.join());
    assert.match(live[0] ?? '', /^chain\[.*\]\.aliases$/);
    assert.deepEqual(
      needsUpgrade.filter((key) => key.startsWith('chain')),
      [],
    );
    assert.deepEqual(withLiveSettings(old, now, 'kept').chain[0]?.aliases, expected);
  }
});

test('an alias or an account that cannot be a name, and an alias that is a name too, are refused with their place', (context) => {
  for (const [lines, workers, message] of [
    [['"bob.rig" = "t1bob"'], undefined, /aliases.*without a dot/],
    [
      ['bob = "t1bob.rig"'],
      undefined,
      /aliases\.bob: found .*, expected an account of 1 to 256 .* without a dot/,
    ],
    [['" bob" = "t1bob"'], undefined, /aliases/],
    [['bob = ""'], undefined, /aliases\.bob/],
    [[`${'b'.repeat(33)} = "t1bob"`], undefined, /aliases.*1 to 32/],
    [[`bob = "${'q'.repeat(257)}"`], undefined, /aliases\.bob: found .*, expected an account of 1 to 256/],
    [['bob = "eve"', 'eve = "t1eve"'], undefined, /aliases: eve is an alias, and the account of another/],
    [['bob = "bob"'], undefined, /bob is an alias, and the account of another/],
    [['bob = "t1bob"'], ['bob.rig1'], /ports\[0\]\.workers\[0\]: bob is an alias of chain\[0\]\.aliases/],
  ] as const) {
    assert.throws(() => load(context, withAliases(...lines), workers), message, lines.join());
  }
});

test('chains of one network have the same aliases, and those of two networks have their own', (context) => {
  const say = (network: string, first: string, second: string) => {
    const chains = [first, second].map((aliases, i) => {
      const chain = { name: `c${i}`, network: i === 0 ? 'zcash-testnet' : network };
      const node = `http://127.0.0.1:${i + 1}`;
      const text = poolToml([zcashToml(node, { chain, ports: [{ listen: '127.0.0.1:0' }] })]);
      return `${text}[chain.aliases]\n${aliases}\n`;
    });
    const file = path.join(temporaryFolder(context), 'adit.toml');
    writeFileSync(file, `[admin]\nenabled = false\n${chains.join('')}`);
    return () => loadConfig(file);
  };
  const differs =
    /chain\[1\]\.aliases: found another meaning of "bob" than in chain\[0\]\.aliases; expected the same/;
  assert.throws(say('zcash-testnet', 'bob = "t1bob"', 'bob = "t1other"'), differs);
  assert.throws(say('zcash-testnet', 'bob = "t1bob"', ''), differs);
  assert.throws(say('zcash-testnet', '', 'bob = "t1bob"'), differs);
  assert.doesNotThrow(say('zcash-testnet', 'bob = "t1b"\neve = "t1e"', 'eve = "t1e"\nbob = "t1b"'));
  assert.doesNotThrow(say('zclassic', 'bob = "t1bob"', 'bob = "t1other"'));
});
