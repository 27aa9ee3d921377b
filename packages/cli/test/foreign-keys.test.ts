import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, type TomlChain, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { compareConfigs, withLiveSettings } from '../src/config/live-settings.ts';
import { loadConfig } from '../src/config/load.ts';

function write(context: TestContext, chain: TomlChain): string {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml([chain]));
  return file;
}

/** The line of the error, which names the file. */
function faultOf(file: string): string {
  try {
    loadConfig(file);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    assert.equal(code, 'ADIT_BAD_CONFIG');
    return message.replaceAll(file, 'adit.toml');
  }
  return 'no fault';
}

const ZCASH_CHAIN = { confirmations: 10, propose_first: true, refresh_seconds: 20, coinbase_text: 'a pool' };
const ZCASH_PORT = {
  nonce_layout: 'leading',
  job_on_subscribe: true,
  false_on_error: true,
  grace_ms: 100,
  for_proxies: false,
};
const TRUE_CHAIN = { tip9: 1, poll_ms: 100 };
const TRUE_PORT = { strict_prefix: true };

test('a setting of another family on a chain is refused with its line, its key and the family that it belongs to', (context) => {
  const cases = [
    ...Object.entries(ZCASH_CHAIN).map(([key, value]) => {
      const chain = trueChainToml(undefined, { chain: { [key]: value } });
      return [key, chain, /belongs to the Zcash family; expected only settings of TrueChain/] as const;
    }),
    ...Object.entries(TRUE_CHAIN).map(([key, value]) => {
      const chain = zcashToml(undefined, { chain: { [key]: value } });
      return [key, chain, /belongs to TrueChain; expected only settings of the Zcash family/] as const;
    }),
  ];
  for (const [key, chain, words] of cases) {
    const fault = faultOf(write(context, chain));
    assert.match(fault, new RegExp(`^adit\\.toml:4: chain\\[0\\]\\.${key}: `));
    assert.match(fault, words);
    assert.match(fault, new RegExp(`since network is "${chain.keys['network']}"$`));
  }
});

test('a setting of another dialect on a port is refused with its line, its key and the dialect that it belongs to', (context) => {
  const cases = [
    ...Object.entries(ZCASH_PORT).map(([key, value]) => {
      const chain = trueChainToml(undefined, { ports: [{}, { [key]: value }] });
      return [key, chain, /belongs to zcash ports .*; expected only settings of truestratum ports/] as const;
    }),
    ...Object.entries(TRUE_PORT).map(([key, value]) => {
      const chain = zcashToml(undefined, { ports: [{}, { [key]: value }] });
      return [key, chain, /belongs to truestratum ports .*; expected only settings of zcash ports/] as const;
    }),
  ];
  for (const [key, chain, words] of cases) {
    const fault = faultOf(write(context, chain));
    assert.match(fault, new RegExp(`^adit\\.toml:14: chain\\[0\\]\\.ports\\[1\\]\\.${key}: `));
    assert.match(fault, words);
  }
});

test('each family takes its own settings, and its own lengths of nonce1', (context) => {
  const nonce1 = (bytes: number) => ({ nonce1_bytes: bytes });
  const zcash = { chain: ZCASH_CHAIN, ports: [{ ...ZCASH_PORT, ...nonce1(17) }] };
  const truechain = { chain: TRUE_CHAIN, ports: [{ ...TRUE_PORT, ...nonce1(1) }] };
  assert.equal(faultOf(write(context, zcashToml(undefined, zcash))), 'no fault');
  assert.equal(faultOf(write(context, trueChainToml(undefined, truechain))), 'no fault');
  for (const [chain, words] of [
    [zcashToml(undefined, { ports: [nonce1(0)] }), /nonce1_bytes: found 0, expected at least 1/],
    [zcashToml(undefined, { ports: [nonce1(18)] }), /nonce1_bytes: found 18, expected at most 17/],
    [trueChainToml(undefined, { ports: [nonce1(4)] }), /nonce1_bytes: found 4, expected at most 3/],
  ] as const)
    assert.match(faultOf(write(context, chain)), words);
});

test('a key that no family knows counts as misspelled, even if it should be the network', (context) => {
  const port = zcashToml(undefined, { ports: [{ lisen: 'x' }] });
  assert.match(
    faultOf(write(context, port)),
    /:10: chain\[0\]\.ports\[0\]: found "lisen", .*; did you mean "listen"\?/,
  );
  const keys = { network: undefined, netwrok: 'zcash', poll_ms: 100 };
  const fault = faultOf(write(context, zcashToml(undefined, { chain: keys })));
  assert.match(fault, /^adit\.toml:3: chain\[0\]: found "netwrok", .*; did you mean "network"\?$/);
  const unknown = zcashToml(undefined, { chain: { network: 'zec' } });
  assert.match(faultOf(write(context, unknown)), /:3: chain\[0\]\.network: found "zec", expected one of/);
});

test('the fault for a list that was written as one table shows the right brackets', (context) => {
  const file = write(context, zcashToml());
  writeFileSync(file, readFileSync(file, 'utf8').replace('[[chain.nodes]]', '[chain.nodes]'));
  assert.match(
    faultOf(file),
    /:4: chain\[0\]\.nodes: found a table, expected double brackets, as in \[\[chain\.nodes\]\]/,
  );
});

test('a chain that becomes one of another family stays as it is until the next process', (context) => {
  const load = (chain: TomlChain) => ({ ...loadConfig(write(context, chain)), data: 'd', control: 'c' });
  const before = load(zcashToml(undefined, { ports: [{ name: 'a', job_on_subscribe: true }] }));
  const after = load(trueChainToml(undefined, { ports: [{ name: 'a' }] }));
  assert.deepEqual(compareConfigs(before, after), {
    live: [],
    needsUpgrade: ['chain[chain]'],
    needsRestart: [],
  });
  assert.deepEqual(withLiveSettings(before, after, 'kept'), before);
});

test('the sources of this package distinguish families and dialects by tables, not by comparisons', () => {
  const folder = new URL('../src/', import.meta.url).pathname;
  const names = /[!=]==\s*'(zcash|truechain|truestratum)'|'(zcash|truechain|truestratum)'\s*[!=]==/;
  const found = globSync('**/*.ts', { cwd: folder }).filter((file) =>
    names.test(readFileSync(path.join(folder, file), 'utf8')),
  );
  assert.deepEqual(found, []);
});
