import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sourcesOf } from './face.ts';

/**
 * What TypeDoc is told: the sources of every entry, read as the rooms read each other.
 * @param rooms names of folders below `packages/` @param out the folder of the pages
 */
export function pageOptions(
  root: string,
  rooms: readonly string[],
  out: string,
): Readonly<Record<string, unknown>> {
  const entryPoints = rooms.flatMap((room) => {
    const folder = path.join(root, 'packages', room);
    const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      readonly exports: unknown;
    };
    return sourcesOf(exports).map(([, source]) => path.join(folder, source));
  });
  return {
    entryPoints,
    out,
    name: 'The libraries of Adit',
    readme: 'none',
    basePath: path.join(root, 'packages'),
    tsconfig: path.join(root, 'tsconfig.json'),
    compilerOptions: { customConditions: ['adit-source'], noEmit: true },
    // `npm run check` has looked at the types already, with the compiler that is pinned.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeInternal: true,
    // The sources have no public address yet that a page could lead to.
    disableSources: true,
    githubPages: false,
    // Links to what is not exported stay words.
    validation: { invalidLink: false, notExported: false },
  };
}
