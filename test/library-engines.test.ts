import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { manifestOf, publicRooms } from '../scripts/pack/pack-rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What V8 and Node have from 22 on, as it is written in sources. The compiler knows only the newest library. */
const NEWER_THAN_20 =
  /Promise\.(?:withResolvers|try)\b|Array\.fromAsync\b|\bIterator\.|\.(?:isSubsetOf|isSupersetOf|intersection|symmetricDifference)\(|\bglobSync\b|from 'node:sqlite'|\bawait using\b|(?:keys|values|entries)\(\)\s*\.(?:map|filter|some|every|find|reduce|toArray|take|drop)\(/;

/** Packages that are promised to run on Node 20. */
const promised = publicRooms(root).filter((room) => {
  const { engines } = manifestOf(root, room) as { readonly engines?: { readonly node?: string } };
  return engines?.node === '>=20.19';
});

test('packages that are promised to run on Node 20 use nothing newer, and depend on nothing that is promised less', () => {
  assert.deepEqual(promised, ['primitives', 'pow', 'stratum', 'money', 'net']);
  for (const room of promised) {
    for (const file of globSync(`packages/${room}/src/**/*.ts`, { cwd: root })) {
      const code = readFileSync(path.join(root, file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
      assert.doesNotMatch(code, NEWER_THAN_20, file);
    }
    for (const name of Object.keys(manifestOf(root, room).dependencies ?? {})) {
      assert.ok(promised.includes(name.replace('@adit/', '')), `${room} depends on ${name}`);
    }
  }
});

test('the pages of the libraries name the Node of their manifests', () => {
  for (const room of publicRooms(root)) {
    const page = readFileSync(path.join(root, 'packages', room, 'README.md'), 'utf8');
    const [, named] = /Node ([\d.]+) or newer/.exec(page) ?? [];
    const { engines } = manifestOf(root, room) as { readonly engines?: { readonly node?: string } };
    if (named !== undefined) assert.equal(`>=${named}`, engines?.node, room);
  }
});

test('the lock promises the same versions of Node as the packages', () => {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly engines?: { readonly node?: string } }>>;
  };
  for (const file of globSync('packages/*/package.json', { cwd: root })) {
    const room = path.basename(path.dirname(file));
    const { engines } = manifestOf(root, room) as { readonly engines?: { readonly node?: string } };
    const locked = lock.packages[`packages/${room}`]?.engines;
    assert.deepEqual(locked, engines, `${room}: run npm install --package-lock-only`);
  }
});
