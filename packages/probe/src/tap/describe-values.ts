import { printable } from '../wire/printable.ts';

/** Texts are shown in full up to this length. */
const SHORT_TEXT = 48;

/** Any JSON value, printable and shortened. */
export function generic(value: unknown): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value), 160);
}

/** A name. It is quoted unless it consists of plain characters. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return generic(value);
  if (/^[!-~]{1,48}$/.test(value)) return value;
  return printable(JSON.stringify(value), value.length > SHORT_TEXT ? 160 : 320);
}
