import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { contradictions } from './contradictions.ts';
import { explain, withFound } from './explain.ts';
import { configError, type Fault, keyOf } from './faults.ts';
import { placeFaults } from './places.ts';
import { type Config, configSchema } from './schema.ts';
import { tomlHint } from './toml-hints.ts';
import { strangeChainKeys, unknownKeyFault, valueAt } from './unknown-keys.ts';
import { FILE_KEYS, mayBeSecret } from './value-kinds.ts';

/**
 * Reads and checks a configuration file. Relative paths in it start from the folder of the file.
 *
 * @throws AditError `ADIT_BAD_CONFIG`: one line for each fault, with the file, the line if known, the key, and what
 *   was expected
 */
export function loadConfig(file: string): Config {
  const raw = readToml(file);
  const complete = new Set<string>();
  const result = configSchema.safeParse(raw, { error: explainer(complete) });
  if (!result.success) throw configError(file, issueFaults(result.error.issues, raw, complete));
  const faults = [...datesIn(raw), ...contradictions(result.data)];
  if (faults.length > 0) throw configError(file, faults);
  const folder = path.dirname(path.resolve(file));
  const config = {
    ...withPaths(result.data, (name) => path.resolve(folder, name)),
    ...placesIn(result.data, file),
  };
  const misplaced = placeFaults(config);
  if (misplaced.length > 0) throw configError(file, misplaced);
  return config;
}

/**
 * The path of the control socket of the pool with this file. The rest of the file may be wrong: the running pool read
 * it when it was right, and the operator must still be able to query and stop that pool.
 *
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function controlSocketOf(file: string): string {
  return placesOf(file).control;
}

/**
 * The absolute paths of the data folder and of the control socket. The rest of the file may be wrong, as for
 * `controlSocketOf`.
 *
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function placesOf(file: string): { readonly data: string; readonly control: string } {
  const raw = readToml(file);
  const complete = new Set<string>();
  const result = placesSchema.safeParse(raw, { error: explainer(complete) });
  if (result.success) return placesIn(result.data, file);
  throw configError(file, issueFaults(result.error.issues, raw, complete));
}

const placesSchema = z.object({ data: configSchema.shape.data, control: configSchema.shape.control });

function placesIn({ data, control }: z.infer<typeof placesSchema>, file: string) {
  const folder = path.dirname(path.resolve(file));
  const dataFolder = path.resolve(folder, data);
  const isName = path.basename(control) === control;
  return { data: dataFolder, control: path.resolve(isName ? dataFolder : folder, control) };
}

/** @throws AditError `ADIT_BAD_CONFIG` if the file cannot be read, or is not TOML */
export function readToml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw bad(`${file}: ${unreadable(error)}`, error);
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw bad(`${file}: ${messageOf(error)}`, error);
    const { line, column } = error;
    const [said = ''] = error.message.split('\n');
    const hint = tomlHint(text.split('\n')[line - 1]?.trimEnd() ?? '');
    const what = hint === undefined ? said : `${hint} (${said})`;
    throw bad(`${file}:${line}:${column}: ${keyAt(text, line)}${what}`, error);
  }
}

/** The key of a line with invalid TOML, as in `limits.line_bytes: `; empty if the line has none. */
function keyAt(text: string, line: number): string {
  const lines = text.split('\n').slice(0, line);
  const [, key] = /^\s*([A-Za-z0-9_-]+)\s*=/.exec(lines.at(-1) ?? '') ?? [];
  if (key === undefined) return '';
  const [, table] = lines.flatMap((one) => /^\s*\[+([A-Za-z0-9_.-]+)\]/.exec(one) ?? []).slice(-2);
  return table === undefined ? `${key}: ` : `${table}.${key}: `;
}

function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file; `adit init zcash` writes one, --config names another';
  return code === 'EISDIR' ? 'this is a folder; expected a file' : messageOf(error);
}

/** The messages of `explain`. @param complete gets those that need no completion, unlike those of the schema */
function explainer(complete: Set<string>): (issue: Parameters<typeof explain>[0]) => string | undefined {
  return (issue) => {
    const message = explain(issue);
    if (message !== undefined) complete.add(message);
    return message;
  };
}

/** Unknown keys come first: a misspelled key explains why another one is missing. */
function issueFaults(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  complete: ReadonlySet<string>,
): Fault[] {
  const strange: Fault[] = [];
  const others: Fault[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      strange.push(...issue.keys.map((key) => unknownKeyFault(raw, issue.path, key)));
      continue;
    }
    if (issue.code === 'invalid_union') strange.push(...strangeChainKeys(raw, issue.path.slice(0, -1)));
    // The first reason is enough: a negative zero is below most bounds too.
    if (others.some(({ key }) => key === keyOf(issue.path))) continue;
    const message = complete.has(issue.message)
      ? issue.message
      : withFound(issue.message, valueAt(raw, issue.path), mayBeSecret(issue.path));
    others.push({ key: keyOf(issue.path), message });
  }
  return [...strange, ...others];
}

/** Dates in place of tables, which Zod takes for tables without keys. A date in any other place is refused by it. */
function datesIn(value: unknown, path: readonly PropertyKey[] = []): Fault[] {
  if (value instanceof Date) return [{ key: keyOf(path), message: 'found a date, expected a table' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    datesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Resolves the names of files, which stand in nodes and ports of all families. */
function withPaths<Part>(part: Part, resolve: (name: string) => string): Part {
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        FILE_KEYS.has(key) && typeof inner === 'string' ? resolve(inner) : resolved(inner),
      ]),
    );
  };
  // Only texts have changed, and they are still texts.
  return resolved(part) as Part;
}

function bad(text: string, cause: unknown): AditError {
  return new AditError('ADIT_BAD_CONFIG', text, { cause });
}
