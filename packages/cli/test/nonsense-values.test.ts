import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { poolToml, raw, type TomlTable, type TomlValue, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { poolOptions } from '../src/config/pool-options.ts';

type Part = 'top' | 'admin' | 'limits' | 'node' | 'port';

/** A valid file, apart from one value. */
function toml({ top, admin, limits = {}, node, port }: Partial<Record<Part, TomlTable>>): string {
  const chain = zcashToml(undefined, {
    ...(node === undefined ? {} : { node }),
    ports: [port ?? {}],
  });
  return poolToml([chain], { top: top ?? {}, admin: { listen: '127.0.0.1:0', ...admin }, limits });
}

const HOSTS = [
  '*:23333',
  ':23333',
  '[zz]:1',
  '256.1.1.1:80',
  '127.1:80',
  '1:80',
  '[::1:80',
  'a..b:80',
  '-a:80',
  '127.0.0.1:00080',
];
const DIFFICULTIES = [5e-324, 0, -1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, '1'];
const PATHS = ['http://x/y', '\0', 'a\nb', 'a'.repeat(5_000)];

/** [part of the file, key, values, the expectation that the error names] */
const CASES: readonly (readonly [Part, string, readonly TomlValue[], RegExp])[] = [
  ['port', 'listen', HOSTS, /chain\[0\]\.ports\[0\]\.listen: found .*, expected host:port/],
  ['port', 'public_address', HOSTS, /chain\[0\]\.ports\[0\]\.public_address: found .*, expected host:port/],
  ['admin', 'listen', HOSTS, /admin\.listen: found .*, expected host:port/],
  [
    'node',
    'url',
    HOSTS.map((host) => `http://${host}`).slice(0, 9),
    /nodes\[0\]\.url: found .*, expected http:\/\//,
  ],
  ['port', 'start_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.start_difficulty: .*expected/],
  ['port', 'min_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.min_difficulty: .*expected/],
  ['port', 'max_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.max_difficulty: .*expected/],
  ['port', 'nonce1_bytes', [raw('9223372036854775808')], /:\d+:\d+: chain\.ports\.nonce1_bytes: /],
  ['limits', 'line_bytes', [raw('99999999999999999999')], /:\d+:\d+: limits\.line_bytes: /],
  ['top', 'verifier_threads', [raw('9223372036854775808')], /:\d+:\d+: verifier_threads: /],
  ['top', 'data', PATHS, /: data: .*expected/],
  ['top', 'data', ['./adit.toml/x', './adit.toml/x/y'], /: data: .*expected a folder/],
  ['top', 'control', PATHS, /: control: .*expected/],
  ['node', 'cookie_file', PATHS, /nodes\[0\]\.cookie_file: .*expected/],
  ['port', 'name', ['\0'], /ports\[0\]\.name: found .*, expected no control characters/],
  ['port', 'workers', [[]], /ports\[0\]\.workers: found an empty list, expected at least one/],
];

test('each value that makes no sense is refused, with its key and what was expected', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const [part, key, values, expected] of CASES) {
    for (const value of values) {
      writeFileSync(file, toml({ [part]: { [key]: value } }));
      const said = faultOf(file);
      assert.match(said, expected, `${part}.${key} = ${String(value).slice(0, 40)}`);
    }
  }
});

test('addresses of all kinds are accepted', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const host of ['0.0.0.0', '[::]', '[fe80::1]', 'localhost', 'pool.example.com', 'my_pool-1', 'a.b.']) {
    writeFileSync(file, toml({ port: { listen: `${host}:3333` }, node: { url: `http://${host}:8232` } }));
    assert.equal(faultOf(file), '', host);
  }
});

function faultOf(file: string): string {
  try {
    poolOptions(loadConfig(file));
    return '';
  } catch (error) {
    assert.ok(error instanceof AditError, String(error));
    assert.equal(error.code, 'ADIT_BAD_CONFIG');
    return error.message;
  }
}
