import { existsSync, realpathSync } from 'node:fs';
import { portName } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';

/** The address of each port, by the name of the port. */
export function listensOf({ chain: chains }: Config): Map<string, string> {
  return new Map(
    chains.flatMap((chain) => chain.ports.map((port) => [portName(chain, port), port.listen] as const)),
  );
}

/** The real path of a folder: behind a link it is the same folder. */
export function whereIs(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}
