import { checkBytes, checkText } from '@adit/primitives';
import type { Side } from '../side.ts';
import { type JsonPlace, jsonPlaces, type Replacement, replaceParts, valueAt } from './json-places.ts';

/** Stands where a password was. */
export const LEFT_OUT = '***';

/** A line that may be shown and kept. */
export type Redacted =
  | { readonly kind: 'line'; readonly line: Uint8Array; readonly changed: boolean }
  /** A line of which nobody can tell whether it holds a password, so it is not shown. */
  | { readonly kind: 'omitted'; readonly reason: string };

/** Methods of logins: mining.authorize, etrue_submitLogin, login, and their misspellings. */
const LOGIN = /aut|log.?[io]n|sign.?[io]n|pass/i;
/** Names of properties whose values are secret everywhere. */
const SECRET_NAME = /pass|pwd|secret|token|credential/i;
/** Names of login parameters that are not secret. */
const PUBLIC_NAMES = new Set(['login', 'user', 'username', 'worker', 'name', 'account', 'agent', 'algo']);
/** Methods whose parameters hold no password. A line that is cut off after one of these may be shown. */
const HARMLESS =
  /"method"\s*:\s*"(mining|client)\.(subscribe|submit|notify|set_|extranonce|seedhash|configure|get_|sh)/;

/** Passwords that are remembered, to find them in the words of the pool. A farm authorises some dozens. */
const MAX_PASSWORDS = 64;
/** Shorter passwords (x, 12) stand in many sentences by chance. */
const MIN_ECHO = 3;

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

/**
 * Leaves passwords out of the lines of one connection in every spelling: it replaces values that decode to a password
 * by `"***"`, and changes nothing else. It omits lines of the miner that are not messages, unless they
 * name a harmless method. It searches the pool's errors and sentences for the passwords that the miner sent before.
 */
export class Redactor {
  /** The passwords of the connection. They are never shown or written. */
  readonly #passwords = new Set<string>();

  /** @param line the line without its end */
  line(from: Side, line: Uint8Array): Redacted {
    const same: Redacted = { kind: 'line', line, changed: false };
    if (line.length === 0) return same;
    const text = decode(line);
    const body = text?.startsWith('\ufeff') === true ? text.slice(1) : text;
    const root = body === undefined ? undefined : parse(body);
    if (text === undefined || body === undefined || !isObject(root)) {
      const reason = this.#reasonToOmit(from, text ?? Buffer.from(line).toString('latin1'));
      return reason === undefined ? same : { kind: 'omitted', reason };
    }
    if (from === 'miner' && typeof root['method'] !== 'string' && !('result' in root) && !('error' in root)) {
      return { kind: 'omitted', reason: 'no message' };
    }
    const places = jsonPlaces(body);
    if (places === undefined) return { kind: 'omitted', reason: 'nested too deeply' };
    const parts = this.#parts(from, body, places);
    if (parts.length === 0) return same;
    const mark = body.length === text.length ? '' : '\ufeff';
    return { kind: 'line', line: ENCODER.encode(mark + replaceParts(body, parts)), changed: true };
  }

  #parts(from: Side, text: string, places: readonly JsonPlace[]): Replacement[] {
    const login = isLogin(text, places);
    return places.flatMap((place) => {
      if (isSecret(text, place, login)) {
        if (from === 'miner') this.#remember(text, place);
        return [{ ...place, text: JSON.stringify(LEFT_OUT) }];
      }
      if (place.kind !== 'string' && place.kind !== 'name') return [];
      const value = valueAt(text, place) as string;
      const clean = this.#clean(from, place, value);
      return clean === value ? [] : [{ ...place, text: JSON.stringify(clean) }];
    });
  }

  #clean(from: Side, place: JsonPlace, value: string): string {
    let clean = withoutUrlPasswords(value);
    const words = from === 'pool' && (place.path[0] === 'error' || place.path[0] === 'params');
    // Searches sentences only, because hex may hold a password of digits by chance.
    if (!words || /^[0-9a-fA-F]*$/.test(value)) return clean;
    for (const password of this.#passwords) clean = clean.replaceAll(password, LEFT_OUT);
    return clean;
  }

  #remember(text: string, place: JsonPlace): void {
    const value = place.kind === 'string' ? valueAt(text, place) : text.slice(place.start, place.end);
    if (typeof value !== 'string' || value.length < MIN_ECHO || value === LEFT_OUT) return;
    if (this.#passwords.size < MAX_PASSWORDS) this.#passwords.add(value);
  }

  /** Redacts a line that is not a JSON object. */
  #reasonToOmit(from: Side, text: string): string | undefined {
    // The text without the zero bytes of UTF-16, and without JSON escapes.
    const plain = text
      .replaceAll('\0', '')
      .replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
    const login = LOGIN.test(plain);
    const leaks =
      withoutUrlPasswords(plain) !== plain ||
      (from === 'miner'
        ? !HARMLESS.test(plain) || login || SECRET_NAME.test(plain)
        : // A pool that sends back what it gets.
          (login && /method|params/i.test(plain)) ||
          [...this.#passwords].some((password) => plain.includes(password) || text.includes(password)));
    return leaks ? 'no JSON object' : undefined;
  }
}

/**
 * Leaves out the text between the user and the last `@` of a URL. A password may itself hold `@`, `/` and `:`. This is not
 * a regular expression, because the obvious one takes hours for a megabyte of letters.
 */
function withoutUrlPasswords(text: string): string {
  if (!text.includes('://') || !text.includes('@')) return text;
  const words = text.split(/(\s)/).map((word) => {
    const scheme = word.indexOf('://');
    const colon = scheme === -1 ? -1 : word.indexOf(':', scheme + 3);
    const end = word.lastIndexOf('@');
    return colon === -1 || end < colon ? word : word.slice(0, colon + 1) + LEFT_OUT + word.slice(end);
  });
  return words.join('');
}

/** Puts a password into a login from which one was left out. Other lines stay as they are. */
export function withPassword(line: Uint8Array, password: string): Uint8Array {
  checkBytes(line, 'a line');
  checkText(password, 'a password');
  const text = decode(line);
  if (text === undefined || !isObject(parse(text))) return line;
  const places = jsonPlaces(text) ?? [];
  const login = isLogin(text, places);
  const parts = places.filter(
    (place) => place.kind === 'string' && isSecret(text, place, login) && valueAt(text, place) === LEFT_OUT,
  );
  if (parts.length === 0) return line;
  return ENCODER.encode(
    replaceParts(
      text,
      parts.map((place) => ({ ...place, text: JSON.stringify(password) })),
    ),
  );
}

function isLogin(text: string, places: readonly JsonPlace[]): boolean {
  // Any of them counts, because nobody knows which one of a repeated name the other side takes.
  const methods = places.filter(({ kind, path }) => kind === 'string' && lower(path.at(-1)) === 'method');
  if (methods.length > 0) return methods.some((place) => LOGIN.test(valueAt(text, place) as string));
  return places.some(({ path }) => lower(path[0]) === 'params');
}

function isSecret(text: string, { kind, path, start, end }: JsonPlace, login: boolean): boolean {
  if (kind === 'name' || text.slice(start, end) === 'null') return false;
  const last = path.at(-1);
  if (typeof last === 'string' && SECRET_NAME.test(last)) return true;
  const params = login ? path.findIndex((step) => lower(step) === 'params') : -1;
  if (params === -1) return false;
  const which = path[params + 1];
  // The container of the parameters is harmless; its members are looked at next.
  if (which === undefined) return kind === 'string' || kind === 'other';
  const isPublic = which === 0 || (typeof which === 'string' && PUBLIC_NAMES.has(which.toLowerCase()));
  return !(isPublic && kind === 'string' && path.length === params + 2);
}

function lower(step: string | number | undefined): string | number | undefined {
  return typeof step === 'string' ? step.toLowerCase() : step;
}

function decode(line: Uint8Array): string | undefined {
  try {
    return DECODER.decode(line);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
