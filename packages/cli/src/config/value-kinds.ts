import { allSettings } from './live-settings.ts';
import type { Holds } from './values.ts';

/** What the settings of nodes and ports hold, by their names: a name means the same in all tables. */
export const KIND_OF_KEY: ReadonlyMap<string, Holds> = new Map(
  allSettings().flatMap(({ key, holds }) =>
    holds === undefined ? [] : [[key.slice(key.lastIndexOf('.') + 1), holds] as const],
  ),
);

const FILES: ReadonlySet<Holds> = new Set<Holds>(['secret', 'cookie', 'certificate', 'key']);

/** Keys whose values are names of files, in nodes and ports of all families. */
export const FILE_KEYS: ReadonlySet<string> = new Set(
  [...KIND_OF_KEY].flatMap(([key, holds]) => (FILES.has(holds) ? [key] : [])),
);

/** Places of the pool itself, which hold no secret even if they are wrong. */
const OPEN: ReadonlySet<Holds> = new Set<Holds>(['folder', 'socket']);

/** Whether a value in the wrong place might be a secret, so that no message may show it. */
export function mayBeSecret(path: readonly PropertyKey[]): boolean {
  const key = path.findLast((part) => typeof part === 'string');
  const holds = typeof key === 'string' ? KIND_OF_KEY.get(key) : undefined;
  return holds !== undefined && !OPEN.has(holds);
}
