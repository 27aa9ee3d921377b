import { readFileSync } from 'node:fs';
import { cacheFolder, findProgram, type Program } from '../find-program.ts';
import { POW_SWITCH } from './build-zebrad.ts';

export interface Zebrad extends Program {
  /** The environment variable with which it checks proofs of work on Regtest too; one as published has none. */
  readonly powSwitch: string | undefined;
}

/** Ours, and that of another build script that makes the same change. */
const SWITCHES = [POW_SWITCH, 'XEBRA_REGTEST_POW'];

/** Where a build of ours is kept. */
export function zebradCache(): string {
  return cacheFolder('zebrad-7.0.0');
}

/** As {@link findProgram}: Zebra's templates and rules of NU7 were recorded of release 7. */
export function findZebrad(named: string | undefined): Zebrad | undefined {
  const found = findProgram(named, { name: 'zebrad', release: '7', cache: zebradCache() });
  if (found === undefined) return undefined;
  const program = readFileSync(found.file);
  return { ...found, powSwitch: SWITCHES.find((name) => program.includes(name)) };
}
