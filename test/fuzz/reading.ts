import { parseNode } from './json-text.ts';

/** The meaning of a line by the rules, found in another way than in the code under attack. */
export type Reading =
  | {
      readonly kind: 'request';
      readonly id: string;
      readonly method: string;
      readonly params: readonly unknown[];
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: readonly unknown[] }
  | {
      readonly kind: 'response';
      readonly id: string | undefined;
      readonly result: unknown;
      readonly error: unknown;
    }
  | { readonly kind: 'fault'; readonly id: string };

/** The deepest allowed nesting, including the message. */
const DEEPEST = 9;
const LONG = 16_384;
const MOST_STRUCTURE = 256;
const SHORT = 512;
const MOST_VALUES = 128;
const MOST_OUTSIDE = 2_048;
const fault = (id = 'null'): Reading => ({ kind: 'fault', id });

/** @param line a string with one character for each byte */
export function readingOf(line: string): Reading {
  // Long lines are lists of texts, and have few brackets and colons.
  if (line.length > LONG && (line.match(/[[{:]/g)?.length ?? 0) > MOST_STRUCTURE) return fault();
  const bytes = Buffer.from(line, 'latin1');
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  // Bytes that are not UTF-8 change when decoded and encoded again; one byte-order mark vanishes.
  if (!isUtf8(bytes)) return fault();
  if (line.length > SHORT && line.length <= LONG && holdsTooMuch(text)) return fault(frontId(text));
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return fault();
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return fault();
  const own = (key: string) => Object.getOwnPropertyDescriptor(root, key)?.value as unknown;
  const deep = deeper(root, DEEPEST);
  const hasId = Object.hasOwn(root, 'id');
  const id = hasId ? idOf(own('id'), text, deep) : 'null';
  if (id === undefined) return fault();
  if (deep) return fault(id);
  const [method, params, result, error] = [own('method'), own('params'), own('result'), own('error')];
  if (method === undefined && (result !== undefined || error !== undefined)) {
    return { kind: 'response', id: hasId ? id : undefined, result, error };
  }
  if (typeof method !== 'string') return fault(id);
  const list = params ?? [];
  if (!Array.isArray(list)) return fault(id);
  return hasId
    ? { kind: 'request', id, method, params: list }
    : { kind: 'notification', method, params: list };
}

/** Whether there are too many values, or too much besides texts: counted character by character. */
function holdsTooMuch(text: string): boolean {
  let [inText, escaped, values, outside] = [false, false, 0, 0];
  for (const character of text) {
    if (!inText && character > ' ') outside += 1;
    if (inText && escaped) {
      escaped = false;
      if (character === '"') values += 1;
    } else if (inText && character === '\\') escaped = true;
    else if (character === '"') inText = !inText;
    else if (!inText && ',:[{'.includes(character)) values += 1;
    if (values > MOST_VALUES || outside > MOST_OUTSIDE) return true;
  }
  return false;
}

/** The id of a line that is not read: only where it is the first member, and plain. */
function frontId(text: string): string {
  const [, id] =
    /^\s{0,8}\{\s{0,8}"id"\s{0,8}:\s{0,8}(-?(?:0|[1-9]\d{0,14})|"[\w.-]{0,64}")\s{0,8}[,}]/.exec(text) ?? [];
  return id ?? 'null';
}

/** @returns the id in the form for the answer; undefined if it is not a valid id */
function idOf(id: unknown, text: string, deep: boolean): string | undefined {
  if (id === null) return 'null';
  if (typeof id === 'string') return JSON.stringify(id);
  if (typeof id !== 'number') return undefined;
  // Integers that a double holds exactly may be spelled anew; other numbers keep the digits of the miner.
  if (Number.isSafeInteger(id)) return String(id);
  if (deep) return 'null';
  const node = parseNode(text);
  const members = node?.kind === 'object' ? node.members : [];
  const value = members.findLast(([key]) => JSON.parse(key) === 'id')?.[1];
  return value?.kind === 'raw' ? value.text : 'null';
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** @returns whether a container lies in more than `left` containers */
function deeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => deeper(inner, left - 1));
}

/** @returns the lines of a stream by the framing rules: LF ends a line, one CR before it is dropped, empty lines vanish */
export function linesOf(stream: string, limit: number): { lines: string[]; tooLong: boolean } {
  const parts = stream.split('\n');
  const rest = parts.pop() ?? '';
  const lines: string[] = [];
  for (const part of parts) {
    const line = part.endsWith('\r') ? part.slice(0, -1) : part;
    if (line.length > limit) return { lines, tooLong: true };
    if (line !== '') lines.push(line);
  }
  return { lines, tooLong: rest.length > limit + 1 };
}
