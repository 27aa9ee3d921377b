import { writeFileSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { isAddress } from '../config/addresses.ts';
import { configTemplate } from '../config/template.ts';

/** `adit init`: writes a commented configuration. It never overwrites a file. */
export function runInit(network: string, options: { output: string; publicAddress?: string }): void {
  const { publicAddress } = options;
  if (publicAddress !== undefined && !isAddress(publicAddress)) {
    const what = `--public-address: found ${publicAddress}, expected host:port, for example pool.example.org:3335`;
    throw new AditError('ADIT_BAD_OPTION', what);
  }
  const text = configTemplate(network, publicAddress === undefined ? {} : { publicAddress });
  try {
    writeFileSync(options.output, text, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'it exists already; name another with --output' : messageOf(error);
    throw new AditError('ADIT_CANNOT_WRITE', `cannot write ${options.output}: ${why}`, { cause: error });
  }
  process.stdout.write(
    `wrote ${options.output}: set the node's address, see whether all is right with adit pool --check --config ${options.output}, then run adit pool --config ${options.output}\n`,
  );
}
