import { checkBytes } from '@adit/primitives';
import { numberSource } from './number-source.ts';
import { structureExceeds } from './structure.ts';

/**
 * One line of JSON-RPC, for the server side and the client side.
 *
 * `id` is kept as JSON text, so that the answer can echo it as it came: as a JavaScript number, an id beyond 2^53 would
 * lose digits.
 */
export type Message =
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
  /** Not a message. `id` is the id of the line if it could be read, otherwise `null`. */
  | { readonly kind: 'fault'; readonly id: string; readonly fault: string };

/** Containers inside containers, the message itself included. Real messages need three (the seedhash reply). */
const MAX_DEPTH = 9;

/**
 * Bytes up to which a line may hold any number of values. A longer honest line is a submission with its solution, or a
 * long name: it holds few values. Two thousand keys of 8 bytes take a hundred times as long to parse as a solution of
 * Equihash 200,9.
 */
const SHORT_LINE = 512;
/** Most commas, colons and opening brackets outside of strings. A submission has a dozen. */
const MAX_VALUES = 128;

/**
 * Bytes beyond which an honest line is the list of seeds of a dataset: thousands of strings in three containers.
 * Hundreds of thousands of objects and lists take a tenth of a second to build, so such a line is refused before it is
 * parsed.
 */
const LONG_LINE = 16 * 1024;
/** Most opening brackets and colons, those in strings included. */
const MAX_STRUCTURE = 256;

/** Refuses bytes that are not UTF-8, and drops a byte-order mark at the front. Keeps no state between two lines. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses one line without its line end. No bytes make it throw.
 * @throws AditError `ADIT_BAD_BYTES` for text: only bytes show whether a line is valid UTF-8
 */
export function parseMessage(line: Uint8Array): Message {
  checkBytes(line, 'a line');
  if (line.length > LONG_LINE && structureOf(line) > MAX_STRUCTURE) {
    return fault(`a line of more than ${LONG_LINE} bytes must be a list of texts`);
  }
  let text: string;
  try {
    text = UTF8.decode(line);
  } catch {
    return fault('the line is not valid UTF-8');
  }
  if (line.length > SHORT_LINE && line.length <= LONG_LINE && structureExceeds(text, MAX_VALUES)) {
    return fault(
      `a line of more than ${SHORT_LINE} bytes holds no more than ${MAX_VALUES} values`,
      idInFront(text),
    );
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return fault('the line is not valid JSON');
  }
  if (Array.isArray(root)) return fault('batches are not supported: send one object a line');
  if (typeof root !== 'object' || root === null) return fault('the line must hold one JSON object');
  // JSON.parse makes `__proto__` an ordinary property, so these values come from the line, or are undefined.
  const { method, params = [], result, error } = root as Readonly<Record<string, unknown>>;
  const hasId = Object.hasOwn(root, 'id');
  // Any code that walks a deep message recursively, also that of the JavaScript engine, would exhaust the stack.
  const tooDeep = depthExceeds(root, MAX_DEPTH);
  const id = idText((root as { id?: unknown }).id, hasId, tooDeep ? undefined : text);
  if (id === undefined) return fault('id must be a string, a number or null');
  if (tooDeep) return fault(`the message is nested more than ${MAX_DEPTH} levels deep`, id);
  if (method === undefined && (result !== undefined || error !== undefined)) {
    return { kind: 'response', id: hasId ? id : undefined, result, error };
  }
  if (typeof method !== 'string') return fault('method must be a string', id);
  const list = params ?? [];
  if (!Array.isArray(list)) return fault('params must be an array', id);
  return hasId
    ? { kind: 'request', id, method, params: list }
    : { kind: 'notification', method, params: list };
}

function fault(text: string, id = 'null'): Message {
  return { kind: 'fault', id, fault: text };
}

/** Finds the id at the front of a line that is not parsed, so that the sender can match the error to its request. */
function idInFront(text: string): string {
  return (
    /^\s{0,8}\{\s{0,8}"id"\s{0,8}:\s{0,8}(-?(?:0|[1-9]\d{0,14})|"[\w.-]{0,64}")\s{0,8}[,}]/.exec(text)?.[1] ??
    'null'
  );
}

function structureOf(line: Uint8Array): number {
  let count = 0;
  for (const byte of line) if (byte === 0x5b || byte === 0x7b || byte === 0x3a) count += 1;
  return count;
}

/** @param line text in which to look up the digits of a large number; undefined if it must not be searched */
function idText(id: unknown, present: boolean, line: string | undefined): string | undefined {
  if (!present || id === null) return 'null';
  if (typeof id === 'string') return JSON.stringify(id);
  if (typeof id !== 'number') return undefined;
  if (Number.isSafeInteger(id)) return String(id);
  return (line === undefined ? undefined : numberSource(line, 'id')) ?? 'null';
}

/** It works level by level, without recursion, so that no nesting can exhaust the stack. */
function depthExceeds(root: object, limit: number): boolean {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const container of level) {
      const values: readonly unknown[] = Array.isArray(container) ? container : Object.values(container);
      for (const value of values) if (typeof value === 'object' && value !== null) next.push(value);
    }
    level = next;
  }
  return false;
}
