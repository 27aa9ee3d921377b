import { writeFileSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { configTemplate } from '../config/template.ts';

/** `adit init`: writes a commented configuration. It never overwrites a file. */
export function runInit(network: string, options: { output: string }): void {
  const text = configTemplate(network);
  try {
    writeFileSync(options.output, text, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'it exists already; name another with --output' : messageOf(error);
    throw new AditError('ADIT_CANNOT_WRITE', `cannot write ${options.output}: ${why}`, { cause: error });
  }
  process.stdout.write(
    `wrote ${options.output}: set the node's address, then run adit pool --config ${options.output}\n`,
  );
}
