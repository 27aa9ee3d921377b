import { readFileSync } from 'node:fs';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { whyUnreadable } from '../config/why-unreadable.ts';

export interface CookieFault extends Fault {
  /** The file does not exist, or is empty. A node removes its cookie when it ends, and writes one when it starts. */
  readonly missing: boolean;
}

/** Finds the cookie files of nodes that cannot be read. */
export function cookieFaults({ chain: chains }: Config): CookieFault[] {
  return chains.flatMap(({ nodes }, c) =>
    nodes.flatMap(({ cookie_file: file }, n) => {
      const found = file === undefined ? undefined : faultOf(file);
      return found === undefined ? [] : [{ key: `chain[${c}].nodes[${n}].cookie_file`, ...found }];
    }),
  );
}

function faultOf(file: string): Omit<CookieFault, 'key'> | undefined {
  try {
    if (readFileSync(file, 'utf8').trim() !== '') return undefined;
    const message = `found nothing in ${file}; expected the cookie that the node writes when it starts: start the node`;
    return { missing: true, message };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      const message = `found no file ${file}; expected the cookie that the node writes when it starts: start the node, or correct the path`;
      return { missing: true, message };
    }
    const message = whyUnreadable(file, error);
    return { missing: false, message };
  }
}
