import { targetFromHex } from '@adit/primitives';
import { printable, shown } from '@adit/wire';

/** Texts are shown in full up to this length. */
const SHORT_TEXT = 48;
/** Characters that are shown of a value without a form of its own. */
const LONG_TEXT = 160;
/** Hex digits that are shown of a hash: enough to recognise it. */
const SHORT_HEX = 16;

/** Any JSON value, printable and shortened. */
export function generic(value: unknown): string {
  return shown(value, LONG_TEXT);
}

/** A name. It is quoted unless it consists of plain characters. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return generic(value);
  if (/^[!-~]{1,48}$/.test(value)) return value;
  return printable(JSON.stringify(value), value.length > SHORT_TEXT ? LONG_TEXT : 2 * LONG_TEXT);
}

/** The beginning of a hash or a long number in hex; other values as they are. */
export function hex(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-fA-F]+$/.test(value)) return generic(value);
  return value.length > SHORT_HEX + 2 ? `${value.slice(0, SHORT_HEX)}..` : value;
}

/** Both ends of a nonce, because miners count at one of them. */
export function ends(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-fA-F]{20,}$/.test(value)) return hex(value);
  return `${value.slice(0, 8)}..${value.slice(-8)}`;
}

export function cleanWord(clean: unknown): string {
  if (clean === true) return 'clean';
  return clean === false ? 'older jobs stay' : `clean_jobs ${generic(clean)}`;
}

/** A target, beginning with a space. @param workOf says how much work a target that can be met asks for */
export function target(value: unknown, bytes: 16 | 32, workOf: (target: bigint) => string): string {
  const number = targetFromHex(value, bytes);
  if (number === undefined) return ` ${generic(value)} (not a target of ${2 * bytes} hex digits)`;
  const digits = String(value).slice(0, SHORT_HEX);
  return ` target ${digits}.. (${number === 0n ? 'nothing meets it' : workOf(number)})`;
}
