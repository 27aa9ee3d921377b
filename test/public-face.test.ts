import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { undescribed, unnamedTypes, withFaces } from '../scripts/api/faults.ts';
import { namesIn, parseDeclarations } from '../scripts/api/statements.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every type that an export of a library names is exported, and every export is described', () => {
  withFaces(root, (faces) => {
    for (const [room, face] of faces) {
      assert.ok(
        face.entries.every(({ exports }) => exports.length > 0),
        `${room} has exports`,
      );
      assert.deepEqual(unnamedTypes(face), [], `export these types from packages/${room}/src/index.ts`);
      assert.deepEqual(undescribed(face), [], 'write a doc comment');
    }
  });
});

const FILE = `import type { Far } from '@adit/far';
import { type Near as Close } from './near.ts';
import type Driver from 'driver';
/** A lead; with marks { in it. */
export interface Options {
    /** Not; a name: Hidden. */
    readonly text: 'Quoted; }' | Close;
}
export declare class Machine<T extends Far> {
    #private;
    run(options: Options): Promise<NodeJS.Timeout>;
}
/** Once. */
export declare function f(a: number): { b: Close };
export declare const VALUE: (c: Far) => void;
export { Other as Renamed } from './other.ts';
export {};
`;

test('declarations are read with their comments, imports and names', () => {
  const { declarations, imports, reexports } = parseDeclarations(FILE);
  assert.deepEqual(
    declarations.map(({ kind, name, doc }) => [kind, name, doc]),
    [
      ['interface', 'Options', '/** A lead; with marks { in it. */'],
      ['class', 'Machine', undefined],
      ['function', 'f', '/** Once. */'],
      ['const', 'VALUE', undefined],
    ],
  );
  assert.deepEqual(
    [...imports],
    [
      ['Far', { from: '@adit/far', name: 'Far', typeOnly: true }],
      ['Close', { from: './near.ts', name: 'Near', typeOnly: true }],
      ['Driver', { from: 'driver', name: 'default', typeOnly: true }],
    ],
  );
  assert.deepEqual([...reexports], [['Renamed', { from: './other.ts', name: 'Other', typeOnly: false }]]);
  const [options, machine] = declarations;
  assert.ok(options !== undefined && machine !== undefined);
  assert.ok(
    namesIn(options).has('Close') && !namesIn(options).has('Hidden') && !namesIn(options).has('Quoted'),
  );
  assert.ok(namesIn(machine).has('Far') && !namesIn(machine).has('Timeout'));
});

test('a form of declaration that is not known is an error, not an omission', () => {
  assert.throws(
    () => parseDeclarations("export * from './all.ts';"),
    /form of declaration that is not known/,
  );
  assert.throws(() => parseDeclarations('export declare enum E { A }'), /not known/);
});
