const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_LIST = 0x5b;
const CLOSING_LIST = 0x5d;
const OPENING_OBJECT = 0x7b;
const CLOSING_OBJECT = 0x7d;
const NUMBER = /[ \t\n\r]*(-?[0-9][0-9.eE+-]*)/y;

/**
 * The digits of a number among the members of an object, as the line spells them: 12345678901234567890, 1.50, 1e999.
 * It takes one pass over the text: `JSON.parse` would call a reviver for every value of the line, which takes a quarter
 * of a second for the longest line that a pool may send.
 *
 * @param text valid JSON of an object @param name of the member; the last one of that name counts
 * @returns undefined where the object has no such member, or where its value is not a number
 */
export function numberSource(text: string, name: string): string | undefined {
  let depth = 0;
  let key: string | undefined;
  let source: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1) key = text.slice(at, end + 1);
      at = end;
    } else if (code === OPENING_LIST || code === OPENING_OBJECT) depth += 1;
    else if (code === CLOSING_LIST || code === CLOSING_OBJECT) depth -= 1;
    // A string before a comma was a value; only a string before a colon is a key.
    else if (code === COMMA && depth === 1) key = undefined;
    else if (code === COLON && depth === 1 && key !== undefined && JSON.parse(key) === name) {
      NUMBER.lastIndex = at + 1;
      source = NUMBER.exec(text)?.[1];
    }
  }
  return source;
}

/** @returns the index of the closing quote */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
