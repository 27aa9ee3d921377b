import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withDeclarations } from './declarations.ts';
import { Face } from './face.ts';
import { namesIn, withoutConstructor } from './statements.ts';

/** The rooms that are libraries: what they export is for strangers, so all of it can be named, and is described. */
export const LIBRARIES = [
  'primitives',
  'stratum',
  'pow',
  'net',
  'journal',
  'money',
  'wallets',
  'ledger',
  'stats',
  'rpc',
  'chain',
  'devnet',
  'pool',
  'miner',
] as const;

/** The face of each library, in this order. @param root the checkout */
export function withFaces<T>(root: string, use: (faces: ReadonlyMap<string, Face>) => T): T {
  return withDeclarations(root, LIBRARIES, (folder) =>
    use(
      new Map(
        LIBRARIES.map((room) => {
          const manifest = readFileSync(path.join(root, 'packages', room, 'package.json'), 'utf8');
          return [room, new Face(folder, room, JSON.parse(manifest))];
        }),
      ),
    ),
  );
}

/** One line for each type that an export names and no entry of the room exports. */
export function unnamedTypes(face: Face): string[] {
  const all = face.entries.flatMap(({ exports }) => exports);
  const known = new Set(all.map(({ file, declarations }) => `${file} ${declarations[0]?.name}`));
  const faults = new Set<string>();
  for (const { name, file, typeOnly, declarations } of all) {
    if (file === undefined) continue;
    const seen = typeOnly ? declarations.map(withoutConstructor) : declarations;
    for (const used of seen.flatMap((declaration) => [...namesIn(declaration)])) {
      const origin = face.origin(file, used);
      if (origin === undefined || known.has(`${origin.file} ${origin.name}`)) continue;
      faults.add(`${name} names ${origin.name} (${origin.file}), which is not exported`);
    }
  }
  return [...faults];
}

/** One line for each export without a doc comment. */
export function undescribed(face: Face): string[] {
  return face.entries.flatMap(({ specifier, exports }) =>
    exports
      .filter(
        ({ file, declarations }) => file !== undefined && declarations.every(({ doc }) => doc === undefined),
      )
      .map(({ name, file }) => `${specifier}: ${name} (${file}) has no doc comment`),
  );
}
