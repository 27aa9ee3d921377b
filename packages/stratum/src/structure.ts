const BLANK = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_LIST = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_OBJECT = 0x7b;

/**
 * Most characters outside of strings, blanks not counted. A submission has about 100; a line with thousands holds one
 * endless number, which is slow to parse.
 */
const MOST_OUTSIDE = 2_048;

/**
 * Whether a line of JSON has more than `most` commas, colons and opening brackets, or thousands of other characters
 * outside of strings. Strings do not count, except their escaped quotes. So the hex of a solution costs one search, and
 * a string of escaped quotes cannot make this function slow.
 *
 * @param text may be invalid JSON: the parser, which comes next, refuses it
 */
export function structureExceeds(text: string, most: number): boolean {
  let count = 0;
  let outside = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // JSON may have blanks between any two tokens, and they cost a parser next to nothing.
    if (code > BLANK) outside += 1;
    if (code === QUOTE) {
      at = text.indexOf('"', at + 1);
      for (; at !== -1 && isEscaped(text, at) && count <= most; at = text.indexOf('"', at + 1)) count += 1;
      if (at === -1) return false;
    } else if (code === COMMA || code === COLON || code === OPENING_LIST || code === OPENING_OBJECT) {
      count += 1;
    }
    if (count > most || outside > MOST_OUTSIDE) return true;
  }
  return false;
}

/** Whether the character stands behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
