import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { poolOptions } from '../src/config/pool-options.ts';

type Table = Readonly<Record<string, string>>;

function toml({ top = {}, admin = {}, limits = {}, node = {}, port = {} }: Record<string, Table>): string {
  const lines = (table: Table) => Object.entries(table).map(([key, value]) => `${key} = ${value}`);
  return [
    ...lines(top),
    '[admin]',
    ...lines({ listen: '"127.0.0.1:0"', ...admin }),
    '[limits]',
    ...lines(limits),
    '[[chain]]',
    ...lines({ name: '"z"', network: '"zcash-devnet-48_5"' }),
    '[[chain.nodes]]',
    ...lines({ url: '"http://127.0.0.1:1"', ...node }),
    '[[chain.ports]]',
    ...lines({ listen: '"127.0.0.1:0"', dialect: '"zcash"', start_difficulty: '1', ...port }),
  ].join('\n');
}

const HOSTS = [
  '[zz]:1',
  '256.1.1.1:80',
  '127.1:80',
  '1:80',
  '[::1:80',
  'a..b:80',
  '-a:80',
  '127.0.0.1:00080',
];
const DIFFICULTIES = ['5e-324', '0', '-1', '1e308', 'nan', 'inf', '"1"'];
const PATHS = ['http://x/y', '\\u0000', 'a\\nb', 'a'.repeat(5_000)];

/** [part of the file, key, values, what the error says is expected] */
const CASES: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  ['port', 'listen', HOSTS.map(quoted), /chain\[0\]\.ports\[0\]\.listen: expected host:port/],
  ['port', 'public_address', HOSTS.map(quoted), /chain\[0\]\.ports\[0\]\.public_address: expected host:port/],
  ['admin', 'listen', HOSTS.map(quoted), /admin\.listen: expected host:port/],
  [
    'node',
    'url',
    HOSTS.map((host) => quoted(`http://${host}`)).slice(0, 7),
    /nodes\[0\]\.url: expected http:\/\//,
  ],
  ['port', 'start_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.start_difficulty: .*expected/],
  ['port', 'min_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.min_difficulty: .*expected/],
  ['port', 'max_difficulty', DIFFICULTIES, /chain\[0\]\.ports\[0\]\.max_difficulty: .*expected/],
  ['port', 'nonce1_bytes', ['9223372036854775808'], /:\d+:\d+: chain\.ports\.nonce1_bytes: /],
  ['limits', 'line_bytes', ['99999999999999999999'], /:\d+:\d+: limits\.line_bytes: /],
  ['top', 'verifier_threads', ['9223372036854775808'], /:\d+:\d+: verifier_threads: /],
  ['top', 'data', PATHS.map(quoted), /: data: .*(expected|Too big)/],
  ['top', 'data', [quoted('./adit.toml/x'), quoted('./adit.toml/x/y')], /: data: .*expected a folder/],
  ['top', 'control', PATHS.map(quoted), /: control: .*(expected|Too big)/],
  ['node', 'cookie_file', PATHS.map(quoted), /nodes\[0\]\.cookie_file: .*(expected|Too big)/],
  ['port', 'name', ['"\\u0000"'], /ports\[0\]\.name: expected no control characters/],
  ['port', 'workers', ['[]'], /ports\[0\]\.workers: expected at least one/],
];

test('each value that makes no sense is refused with its key and what was expected', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const [part, key, values, expected] of CASES) {
    for (const value of values) {
      writeFileSync(file, toml({ [part]: { [key]: value } }));
      const said = faultOf(file);
      assert.match(said, expected, `${part}.${key} = ${value.slice(0, 40)}`);
    }
  }
});

test('addresses of all kinds are taken', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const host of ['0.0.0.0', '[::]', '[fe80::1]', 'localhost', 'pool.example.com', 'my_pool-1', 'a.b.']) {
    writeFileSync(
      file,
      toml({ port: { listen: quoted(`${host}:3333`) }, node: { url: quoted(`http://${host}:8232`) } }),
    );
    assert.equal(faultOf(file), '', host);
  }
});

function quoted(text: string): string {
  return `"${text}"`;
}

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
