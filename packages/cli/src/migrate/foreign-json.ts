import { readFileSync, statSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';

export type ForeignTable = Readonly<Record<string, unknown>>;

/** Longer files are no configurations. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Texts stay as they are; comments go, as both programs let them stand in their files. */
const TEXT_OR_COMMENT = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
/** A comma behind the last value; a text before it is not looked into. */
const TEXT_OR_COMMA = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;

/**
 * Reads a configuration of another pool: JSON with comments and trailing commas.
 * @throws AditError `ADIT_IMPORT_REFUSED`
 */
export function readForeignJson(file: string): ForeignTable {
  let value: unknown;
  try {
    if (statSync(file).size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const keep = (_all: string, quoted?: string) => quoted ?? ' ';
    value = JSON.parse(text.replace(TEXT_OR_COMMENT, keep).replace(TEXT_OR_COMMA, keep));
  } catch (error) {
    // A message of the parser may show a part of the file, and with it a password.
    const why = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new AditError('ADIT_IMPORT_REFUSED', `${file} cannot be read: ${why}`);
  }
  const table = tableOf(value);
  if (table === undefined) throw new AditError('ADIT_IMPORT_REFUSED', `${file}: expected an object of JSON`);
  return table;
}

export function tableOf(value: unknown): ForeignTable | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as ForeignTable)
    : undefined;
}

/** The tables of a list; others are left out. */
export function tablesOf(value: unknown): readonly ForeignTable[] {
  return Array.isArray(value) ? value.map(tableOf).filter((table) => table !== undefined) : [];
}

export function textIn(table: ForeignTable | undefined, key: string): string | undefined {
  const value = table?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number, also where it was written as a text. */
export function numberIn(table: ForeignTable | undefined, key: string): number | undefined {
  const value = table?.[key];
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

export function isOn(table: ForeignTable | undefined, key: string): boolean {
  return table?.[key] === true;
}
