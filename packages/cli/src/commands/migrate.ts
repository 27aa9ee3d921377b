import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { type ForeignTable, readForeignJson } from '../migrate/foreign-json.ts';
import type { ForeignPool } from '../migrate/foreign-pool.ts';
import { readMiningcore } from '../migrate/miningcore.ts';
import { readSNomp } from '../migrate/s-nomp.ts';
import { migratedToml } from '../migrate/write-toml.ts';

/** The programs whose configurations can be read. */
const READERS: Readonly<Record<string, (config: ForeignTable) => readonly ForeignPool[]>> = {
  miningcore: readMiningcore,
  's-nomp': readSNomp,
};

/** `adit migrate`: writes a configuration made of one of another pool. It never overwrites a file. */
export function runMigrate(program: string, file: string, { output }: { readonly output: string }): void {
  const read = READERS[program];
  if (read === undefined)
    throw new AditError(
      'ADIT_BAD_OPTION',
      `found ${program}, expected one of ${Object.keys(READERS).join(', ')}`,
    );
  const toml = migratedToml(read(readForeignJson(file)), path.basename(file));
  try {
    writeFileSync(output, toml, { flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = isThere ? 'it exists already; name another with --output' : messageOf(error);
    throw new AditError('ADIT_CANNOT_WRITE', `cannot write ${output}: ${why}`, { cause: error });
  }
  const open = toml.split('\n').filter((line) => line.startsWith('#!')).length;
  process.stdout.write(
    `wrote ${output}: ${open} lines begin with "#!" and say what was not taken over; then see whether all is right with adit pool --check --config ${output}\n`,
  );
}
