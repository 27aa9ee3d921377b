import { AditError, checkText } from '@adit/primitives';

/** A value or a property name in a JSON text, with its place. */
export interface JsonPlace {
  readonly kind: 'object' | 'array' | 'string' | 'name' | 'other';
  /** The property names and indices that lead to it. The path of a name includes the name itself. */
  readonly path: readonly (string | number)[];
  readonly start: number;
  /** The place after its last character. */
  readonly end: number;
}

/** Messages nest at most four levels. Each place keeps its path, so depth costs memory. */
const MAX_DEPTH = 64;

interface Open {
  readonly kind: 'object' | 'array';
  readonly path: readonly (string | number)[];
  readonly start: number;
  index: number;
  name: string | undefined;
}

/**
 * Finds every value and name in a JSON text, in order. Also finds the values of repeated names, which `JSON.parse` drops.
 *
 * @param text valid JSON
 * @returns undefined where containers are nested more than 64 deep
 */
export function jsonPlaces(text: string): JsonPlace[] | undefined {
  checkText(text, 'JSON');
  const places: JsonPlace[] = [];
  const open: Open[] = [];
  const here = (): readonly (string | number)[] => {
    const top = open.at(-1);
    if (top === undefined) return [];
    return [...top.path, top.kind === 'array' ? top.index : (top.name ?? '')];
  };
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const top = open.at(-1);
    if (char === '{' || char === '[') {
      if (open.length >= MAX_DEPTH) return undefined;
      const kind = char === '{' ? 'object' : 'array';
      open.push({ kind, path: here(), start: at, index: 0, name: undefined });
      at += 1;
    } else if (char === '}' || char === ']') {
      at += 1;
      open.pop();
      if (top !== undefined) places.push({ kind: top.kind, path: top.path, start: top.start, end: at });
    } else if (char === ',') {
      if (top !== undefined) {
        top.index += 1;
        top.name = undefined;
      }
      at += 1;
    } else if (char === '"') {
      const end = endOfString(text, at);
      if (top?.kind === 'object' && top.name === undefined) {
        top.name = JSON.parse(text.slice(at, end)) as string;
        places.push({ kind: 'name', path: here(), start: at, end });
      } else places.push({ kind: 'string', path: here(), start: at, end });
      at = end;
    } else if (/[-0-9a-z]/.test(char)) {
      const end = endOfWord(text, at);
      places.push({ kind: 'other', path: here(), start: at, end });
      at = end;
    } else at += 1; // White space, or a colon.
  }
  return places.sort((a, b) => a.start - b.start);
}

/** The value at a place. */
export function valueAt(text: string, place: JsonPlace): unknown {
  return JSON.parse(text.slice(place.start, place.end));
}

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces parts of a text. Parts that lie inside an earlier one are dropped. */
export function replaceParts(text: string, parts: readonly Replacement[]): string {
  checkText(text, 'the text');
  if (!Array.isArray(parts)) throw new AditError('ADIT_BAD_OPTION', 'the parts must be a list');
  let result = '';
  let done = 0;
  for (const part of [...parts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (part.start < done) continue;
    result += text.slice(done, part.start) + part.text;
    done = part.end;
  }
  return result + text.slice(done);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function endOfWord(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && /[-+.0-9a-zA-Z]/.test(text.charAt(at))) at += 1;
  return at;
}
