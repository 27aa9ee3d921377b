import { existsSync, realpathSync } from 'node:fs';
import { portName } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';

/** Where each port listens, by its name. */
export function listensOf({ chain: chains }: Config): Map<string, string> {
  return new Map(
    chains.flatMap((chain) => chain.ports.map((port) => [portName(chain, port), port.listen] as const)),
  );
}

/** A folder behind a link is the folder. */
export function whereIs(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}
