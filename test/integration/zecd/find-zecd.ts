import { cacheFolder, findProgram, type Program } from '../find-program.ts';

/** Where a build of ours is kept. */
export function zecdCache(): string {
  return cacheFolder('zecd-0.9.0-rc2');
}

/** As {@link findProgram}: habits were recorded of the release candidates of 0.9, with which NU7 came. */
export function findZecd(named: string | undefined): Program | undefined {
  return findProgram(named, { name: 'zecd', release: '0.9', cache: zecdCache() });
}
