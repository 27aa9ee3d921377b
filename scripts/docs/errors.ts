import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_MEANINGS } from './error-meanings.ts';

/** A code in a literal. Sources that only compare a code do not raise it: `=== 'ADIT_...'`, or a set of codes. */
const RAISED = /(?<![!=]==\s*|new Set\(\[[^\]]*)'(ADIT_[A-Z0-9_]+)'/g;
/** Names of environment variables, which begin as codes do. */
const NOT_CODES: ReadonlySet<string> = new Set(['ADIT_HANDOVER', 'ADIT_CONFIG']);
/** Names every code as a type, and raises none. */
const CODES_FILE = 'packages/primitives/src/error-codes.ts';

/** @returns for each code of the sources the rooms that raise it, both in alphabetical order */
export function raisedCodes(root: string): ReadonlyMap<string, readonly string[]> {
  const rooms = new Map<string, Set<string>>();
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    if (file.split(path.sep).join('/') === CODES_FILE) continue;
    const room = file.split(path.sep)[1] ?? '';
    // The pages name codes of answers, and raise none.
    if (room === 'dashboard') continue;
    for (const [, code = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(RAISED)) {
      if (NOT_CODES.has(code)) continue;
      const known = rooms.get(code) ?? new Set();
      rooms.set(code, known.add(room));
    }
  }
  return new Map([...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, of]) => [code, [...of].sort()]));
}

/** Every error code as a Markdown table. A code without a meaning has an empty cell. */
export function errorTable(root: string): string {
  const rows = [...raisedCodes(root)].map(
    ([code, rooms]) => `| \`${code}\` | ${rooms.join(', ')} | ${ERROR_MEANINGS[code] ?? ''} |`,
  );
  return `${['| code | room | meaning |', '|---|---|---|', ...rows].join('\n')}\n`;
}

/** The source of the type of all error codes: the keys of the same table, so that a misspelt code does not compile. */
export function errorCodesSource(): string {
  const codes = Object.keys(ERROR_MEANINGS).sort();
  return [
    '// Written by `npm run docs` from the table in scripts/docs/error-meanings.ts: change that table, not this file.',
    '',
    '/** Every code that an {@link AditError} of any room can have. `docs/errors.md` says what each means. */',
    'export type AditErrorCode =',
    codes.map((code) => `  | '${code}'`).join('\n'),
  ]
    .join('\n')
    .concat(';\n');
}
