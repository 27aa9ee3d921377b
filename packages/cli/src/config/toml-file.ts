import { readFileSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { parse, TomlError } from 'smol-toml';
import { tomlHint } from './toml-hints.ts';

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

function bad(text: string, cause: unknown): AditError {
  return new AditError('ADIT_BAD_CONFIG', text, { cause });
}
