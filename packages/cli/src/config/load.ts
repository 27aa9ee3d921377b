import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { contradictions } from './contradictions.ts';
import { placeFaults } from './places.ts';
import { type Config, configSchema } from './schema.ts';

/**
 * Reads and checks a configuration file. Relative paths in it are meant from the file's folder.
 *
 * @throws AditError `ADIT_BAD_CONFIG`: one line for each fault, with the file, the line or key, and what
 *   was expected
 */
export function loadConfig(file: string): Config {
  const raw = readToml(file);
  const result = configSchema.safeParse(raw, { error: explain });
  if (!result.success) {
    // A misspelled key explains why another one is missing: it comes first.
    const issues = result.error.issues.toSorted((a, b) => Number(isMisspelled(b)) - Number(isMisspelled(a)));
    throw bad(issues.map((issue) => `${file}: ${keyOf(issue.path)}: ${issue.message}`));
  }
  const faults = contradictions(result.data);
  if (faults.length > 0) throw bad(faults.map((fault) => `${file}: ${fault}`));
  const folder = path.dirname(path.resolve(file));
  const config = {
    ...withPaths(result.data, (name) => path.resolve(folder, name)),
    ...placesIn(result.data, file),
  };
  const misplaced = placeFaults(config);
  if (misplaced.length > 0) throw bad(misplaced.map((fault) => `${file}: ${fault}`));
  return config;
}

/**
 * Where the control socket of the pool with this file is. The rest of the file may be wrong: the pool that runs has
 * read it when it was right, and has to be asked and ended all the same.
 *
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function controlSocketOf(file: string): string {
  const result = placesSchema.safeParse(readToml(file), { error: explain });
  if (result.success) return placesIn(result.data, file).control;
  throw bad(result.error.issues.map((issue) => `${file}: ${keyOf(issue.path)}: ${issue.message}`));
}

const placesSchema = z.object({ data: configSchema.shape.data, control: configSchema.shape.control });

function placesIn({ data, control }: z.infer<typeof placesSchema>, file: string) {
  const folder = path.dirname(path.resolve(file));
  const dataFolder = path.resolve(folder, data);
  const isName = path.basename(control) === control;
  return { data: dataFolder, control: path.resolve(isName ? dataFolder : folder, control) };
}

function readToml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw bad([`${file}: ${unreadable(error)}`], error);
  }
  try {
    return parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `:${error.line}:${error.column}` : '';
    const key = error instanceof TomlError ? keyAt(text, error.line) : '';
    throw bad([`${file}${where}: ${key}${messageOf(error).split('\n')[0]}`], error);
  }
}

/** The key of a line that TOML does not allow, as `limits.line_bytes: `; empty where the line has none. */
function keyAt(text: string, line: number): string {
  const lines = text.split('\n').slice(0, line);
  const [, key] = /^\s*([A-Za-z0-9_-]+)\s*=/.exec(lines.at(-1) ?? '') ?? [];
  if (key === undefined) return '';
  const [, table] = lines.flatMap((one) => /^\s*\[+([A-Za-z0-9_.-]+)\]/.exec(one) ?? []).slice(-2);
  return table === undefined ? `${key}: ` : `${table}.${key}: `;
}

function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file; `adit init zcash` writes one';
  return code === 'EISDIR' ? 'this is a folder; expected a file' : messageOf(error);
}

/** Zod's own words do not say that something is simply missing. */
function explain(issue: {
  readonly code?: string;
  readonly input?: unknown;
  readonly expected?: unknown;
}): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.input === undefined) return `is missing: expected ${String(issue.expected)}`;
  const single = issue.expected === 'array' && typeof issue.input === 'object';
  return single ? 'expected double brackets, as in [[chain]]' : undefined;
}

function isMisspelled(issue: { readonly code?: string | undefined }): boolean {
  return issue.code === 'unrecognized_keys';
}

const FILE_KEYS = ['password_file', 'cookie_file', 'tls_cert', 'tls_key'] as const;

function withPaths(config: Config, resolve: (name: string) => string): Config {
  const files = <T extends object>(part: T): T => {
    const found = FILE_KEYS.flatMap((key) => {
      const value = (part as Readonly<Record<string, unknown>>)[key];
      return typeof value === 'string' ? [[key, resolve(value)]] : [];
    });
    return { ...part, ...Object.fromEntries(found) };
  };
  return {
    ...config,
    chain: config.chain.map((chain) => ({
      ...chain,
      nodes: chain.nodes.map(files),
      ports: chain.ports.map(files),
    })),
  };
}

/** chain[0].ports[1].listen */
function keyOf(keys: readonly PropertyKey[]): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

function bad(faults: readonly string[], cause?: unknown): AditError {
  return new AditError('ADIT_BAD_CONFIG', faults.join('\n'), { cause });
}
