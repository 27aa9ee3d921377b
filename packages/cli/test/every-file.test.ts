import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { aditHere } from '@adit/test-kit/adit-here';
import { makeCertificate } from '@adit/test-kit/certificate';
import { runAdit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { parse, stringify } from 'smol-toml';
import { cookieFaults } from '../src/check/cookie-files.ts';
import { FAMILIES } from '../src/config/families.ts';
import { configError, keyOf } from '../src/config/faults.ts';
import { requireFiles } from '../src/config/file-faults.ts';
import { loadConfig } from '../src/config/load.ts';
import { EXIT, exitStatusOf } from '../src/exit-status.ts';
import { configWith } from './support/sample-config.ts';
import { type SchemaKey, schemaKeys } from './support/schema-keys.ts';

/** A key of a wallet has no place where the family has no wallet yet: that fault comes first. */
const canStand = ({ path, family }: SchemaKey) =>
  !path.includes('wallet') || (FAMILIES[family]?.wallets.length ?? 0) > 0;
const KEYS = schemaKeys().filter(
  (key) => key.schema.holds !== undefined && key.schema.holds !== 'login' && canStand(key),
);
const { cert, key } = makeCertificate();
/** What a right file of each kind has. */
const RIGHT: Readonly<Record<string, string>> = {
  secret: 'hunter2',
  cookie: 'user:hunter2',
  key,
  certificate: cert,
};

/** Writes a configuration with this value; the other keys that it needs have right files. */
function writeConfig(folder: string, at: SchemaKey, value: string): string {
  for (const [name, text] of [
    ['cert', cert],
    ['key', key],
    ['secret', 'hunter2'],
  ] as const) {
    writeFileSync(path.join(folder, `right-${name}`), text, { mode: 0o600 });
  }
  const config = parse(configWith(at, value)) as {
    chain: { nodes: object[]; ports: object[]; money?: { wallet?: Record<string, unknown> } }[];
    ledger?: object;
  };
  const [chain] = config.chain;
  const name = String(at.path.at(-1));
  const [node, port] = [chain?.nodes[0] ?? {}, chain?.ports[0] ?? {}];
  if (at.path.includes('nodes') && name.startsWith('password')) Object.assign(node, { user: 'adit' });
  const wallet: Record<string, unknown> | undefined = config.chain[0]?.money?.wallet;
  if (wallet !== undefined && FAMILIES[at.family]?.kind === 'truechain') {
    Object.assign(wallet, { kind: 'truechain', chain_id: 100 });
    wallet['key_file'] ??= 'right-secret';
    if (name !== 'passphrase_env') wallet['passphrase_file'] ??= 'right-secret';
  } else if (name === 'key_file') Object.assign(wallet ?? {}, { passphrase_file: 'right-secret' });
  if (at.path[0] === 'ledger' && name.startsWith('password'))
    Object.assign(config.ledger ?? {}, { database: 'postgresql://adit@127.0.0.1:5432/adit' });
  if (name === 'tls_key') Object.assign(port, { tls_cert: 'right-cert' });
  if (name === 'tls_cert') Object.assign(port, { tls_key: 'right-key' });
  const file = path.join(folder, 'adit.toml');
  writeFileSync(file, stringify(config));
  return file;
}

/** What is wrong with the file here and now; empty if nothing is. */
function faultOf(file: string): string {
  try {
    const config = loadConfig(file);
    requireFiles(file, config);
    const cookies = cookieFaults(config);
    if (cookies.length > 0) throw configError(file, cookies);
    return '';
  } catch (error) {
    assert.ok(error instanceof AditError, String(error));
    assert.equal(exitStatusOf(error), EXIT.config);
    return error.message;
  }
}

function assertFault(
  context: TestContext,
  at: SchemaKey,
  make: (named: string) => void,
  found: RegExp,
): void {
  const folder = temporaryFolder(context);
  const named = path.join(folder, 'named');
  const file = writeConfig(folder, at, './named');
  make(named);
  const before = readdirSync(folder, { recursive: true }).sort();
  const said = faultOf(file);
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before, 'something was written');
  const what = keyOf(at.path);
  assert.doesNotMatch(said, /\n/, `${what}: ${said}`);
  assert.doesNotMatch(said, /hunter2/, `${what}: ${said}`);
  assert.match(said, new RegExp(`adit\\.toml:\\d+: ${what.replace(/[[\].]/g, '\\$&')}: `), what);
  assert.match(said, found, what);
  assert.match(said, /expected /, what);
}

test('the schema names files of each kind, in both families', () => {
  const kinds = new Set(KEYS.map(({ schema }) => schema.holds));
  assert.deepEqual([...kinds].sort(), [
    'books',
    'certificate',
    'cookie',
    'folder',
    'key',
    'secret',
    'socket',
    'variable',
  ]);
  assert.ok(KEYS.length >= 16);
});

test('a file that is right is accepted', (context) => {
  for (const at of KEYS.filter(({ schema }) => RIGHT[schema.holds ?? ''] !== undefined)) {
    const folder = temporaryFolder(context);
    const file = writeConfig(folder, at, 'named');
    writeFileSync(path.join(folder, 'named'), RIGHT[at.schema.holds ?? ''] ?? '', { mode: 0o600 });
    assert.equal(faultOf(file), '', keyOf(at.path));
  }
});

test('a file that is gone, empty, a folder, or of another kind is refused with its key', (context) => {
  for (const at of KEYS.filter(({ schema }) => RIGHT[schema.holds ?? ''] !== undefined)) {
    assertFault(context, at, () => {}, /found no file .*named/);
    assertFault(context, at, (named) => mkdirSync(named), /found .*named, which is a folder/);
    assertFault(
      context,
      at,
      (named) => writeFileSync(named, '', { mode: 0o600 }),
      /found nothing in .*named/,
    );
    assertFault(
      context,
      at,
      (named) => writeFileSync(named, ' \n', { mode: 0o600 }),
      /found nothing in .*named/,
    );
    if (at.schema.holds !== 'key' && at.schema.holds !== 'certificate') continue;
    assertFault(
      context,
      at,
      (named) => writeFileSync(named, 'junk', { mode: 0o600 }),
      /found .*named, expected .* in PEM/,
    );
  }
});

test('a secret that others may read is refused with its mode and the command that helps', (context) => {
  for (const at of KEYS.filter(({ schema: { holds } }) => holds === 'secret' || holds === 'key')) {
    for (const mode of [0o644, 0o604, 0o660, 0o602]) {
      const make = (named: string) => {
        writeFileSync(named, RIGHT[at.schema.holds ?? ''] ?? '');
        chmodSync(named, mode);
      };
      assertFault(context, at, make, new RegExp(`with mode 0${mode.toString(8)}, .*run chmod 600 .*named`));
    }
  }
});

test('a key of another certificate is refused with both files', (context) => {
  for (const at of KEYS.filter(({ schema }) => schema.holds === 'key'))
    assertFault(
      context,
      at,
      (named) => writeFileSync(named, makeCertificate().key, { mode: 0o600 }),
      /found .*named, expected the key of the certificate .*right-cert/,
    );
});

test('a variable that the environment does not have, or that is empty, is refused with its name', (context) => {
  for (const at of KEYS.filter(({ schema }) => schema.holds === 'variable')) {
    const file = writeConfig(temporaryFolder(context), at, 'ADIT_TEST_NO_SUCH_VARIABLE');
    const found = `${String(at.path.at(-1))}: found no environment variable ADIT_TEST_NO_SUCH_VARIABLE, expected`;
    assert.ok(faultOf(file).includes(found), keyOf(at.path));
  }
});

test('a data folder that is a file, and a control socket that is a folder or a file, are refused', (context) => {
  for (const at of KEYS.filter(({ schema: { holds } }) => holds === 'folder' || holds === 'socket')) {
    assertFault(context, at, (named) => writeFileSync(named, ''), /named is .*a file/);
    if (at.schema.holds === 'folder') continue;
    assertFault(context, at, (named) => mkdirSync(named), /named is .*a folder/);
  }
});

test('the command refuses a wrong file with status 78 in one line, and makes no data folder', async (context) => {
  for (const [args, at] of [
    [['pool', '--check'], KEYS.find(({ schema }) => schema.holds === 'key')],
    [['pool'], KEYS.find(({ schema }) => schema.holds === 'secret')],
  ] as const) {
    assert.ok(at !== undefined);
    const folder = temporaryFolder(context);
    writeConfig(folder, at, 'named');
    const before = readdirSync(folder).sort();
    const { status, out, err } = await (args.length > 1 ? aditHere : runAdit)(args, folder);
    assert.deepEqual([status, out], [EXIT.config, '']);
    assert.match(err, /^adit: adit\.toml:\d+: \S+\.[a-z_]+: found no file .*\n$/);
    assert.deepEqual(readdirSync(folder).sort(), before);
  }
});
