import { AditError } from '@adit/primitives';

/** What canonical JSON can say. Amounts are bigint, and are written as decimal text. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Writes a value as JSON in one way only: members ordered by their UTF-16 units (RFC 8785), without spaces. Numbers are whole, since
 * fractions have several spellings; amounts are text.
 * @throws AditError `ADIT_BAD_OPTION` for a number that is not a safe integer
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw new AditError('ADIT_BAD_OPTION', `canonical JSON has whole numbers below 2^53, not ${value}`);
    return String(value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
