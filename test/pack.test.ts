import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { manifestOf, publicRooms } from '../scripts/pack/pack-rooms.ts';
import { MOST_KIB } from '../scripts/pack/packages.ts';
import { faultsOf, type Manifest, type Tarball } from '../scripts/pack/tarball.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const MANIFEST: Manifest = {
  name: '@adit/sample',
  version: '0.1.0',
  main: './dist/index.js',
  types: './dist/index.d.ts',
  exports: {
    '.': { 'adit-source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
  },
  sideEffects: ['./dist/thread.js'],
  imports: { '#thread': { 'adit-source': './src/thread.ts', default: './dist/thread.js' } },
  keywords: ['sample'],
  scripts: { prepack: 'node ../../scripts/prepack.mjs' },
  dependencies: { '@adit/primitives': '0.1.0' },
};
const ENTRIES = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/thread.js',
];
const tarball = (manifest: Partial<Manifest> = {}, entries = ENTRIES, bytes = 10_240): Tarball => ({
  room: 'sample',
  file: 'adit-sample-0.1.0.tgz',
  bytes,
  entries,
  manifest: { ...MANIFEST, ...manifest },
});

test('a package with all that its package.json names, and nothing else, has no fault', () => {
  assert.deepEqual(faultsOf(tarball(), 10), []);
});

test('each fault of a package is told with its name', () => {
  const faults = (sample: Tarball, most: number | undefined = 10) =>
    faultsOf(sample, most).map((fault) => fault.replace('@adit/sample: ', ''));
  const without = (entry: string) => ENTRIES.filter((other) => other !== entry);
  assert.deepEqual(faults(tarball({}, without('README.md'))), ['README.md is missing']);
  assert.deepEqual(faults(tarball({}, without('dist/thread.js'))), [
    'package.json names dist/thread.js, which is not packed',
  ]);
  for (const entry of [
    'src/index.ts',
    'test/index.test.ts',
    'assembly/k.ts',
    'tsconfig.json',
    'dist/index.js.map',
  ]) {
    assert.deepEqual(faults(tarball({}, [...ENTRIES, entry])), [`${entry} does not belong into a package`]);
  }
  assert.deepEqual(faults(tarball({ dependencies: { other: '^1.0.0' } })), ['other is not pinned: ^1.0.0']);
  assert.deepEqual(faults(tarball({ dependencies: { '@adit/pow': '0.2.0' } })), [
    '@adit/pow has another version: 0.2.0',
  ]);
  assert.deepEqual(faults(tarball({ keywords: [] })), ['package.json has no keywords']);
  assert.deepEqual(faults(tarball({ scripts: {} })), [
    'package.json has no prepack: it could be packed without a build',
  ]);
  assert.deepEqual(faults(tarball({}, ENTRIES, 10_241)), ['it has 10.0 KiB, more than 10']);
  assert.deepEqual(faultsOf(tarball(), undefined), [
    '@adit/sample: scripts/pack/packages.ts says nothing about its size',
  ]);
});

test('all public rooms have one version, and the table of sizes names just them', () => {
  const rooms = publicRooms(root);
  assert.deepEqual(Object.keys(MOST_KIB).sort(), [...rooms].sort());
  assert.deepEqual([...new Set(rooms.map((room) => manifestOf(root, room).version))].length, 1);
});

test('a room without a build, or with one that is older than its sources, is not packed', (context) => {
  const folder = path.join(temporaryFolder(context), 'sample');
  for (const part of ['src', 'dist']) mkdirSync(path.join(folder, part), { recursive: true });
  const pack = () => {
    const script = path.join(root, 'scripts', 'prepack.mjs');
    return spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
  };
  assert.match(pack().stderr, /^sample is not packed: there are no sources\./);
  const source = path.join(folder, 'src', 'index.ts');
  const built = path.join(folder, 'dist', 'index.js');
  writeFileSync(source, '');
  const bare = pack();
  assert.deepEqual(
    [bare.status, bare.stderr],
    [1, `sample is not packed: ${path.join('dist', 'index.js')} is missing. Run npm run build first\n`],
  );
  writeFileSync(built, '');
  utimesSync(source, 1_000, 2_000);
  utimesSync(built, 1_000, 1_999);
  assert.match(pack().stderr, /is older than its source/);
  utimesSync(built, 1_000, 2_000);
  assert.deepEqual([pack().status, pack().stdout], [0, '']);
});
