import { writeFileSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { isAddress } from '../config/addresses.ts';
import { configTemplate } from '../config/template.ts';

/** What the codes of the system mean for somebody who chose the file. */
const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'it exists already; name another with --output',
  ENOENT: 'there is no such folder; make it, or name another file with --output',
  ENOTDIR: 'its path leads through a file; name another file with --output',
  EISDIR: 'it is a folder; name a file with --output',
  EACCES: 'this user may not write there; name another file with --output',
  EROFS: 'the file system is read-only; name another file with --output',
};

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
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);
    throw new AditError('ADIT_CANNOT_WRITE', `cannot write ${options.output}: ${why}`, { cause: error });
  }
  process.stdout.write(
    `wrote ${options.output}: set the node's address, see whether all is right with adit pool --check --config ${options.output}, then run adit pool --config ${options.output}\n`,
  );
}
