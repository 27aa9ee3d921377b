/** A mistake that people make in a line of TOML, and what should stand there. */
interface Mistake {
  readonly shape: RegExp;
  readonly hint: string;
}

/** The first that fits counts, so the special ones stand before the general ones. */
const MISTAKES: readonly Mistake[] = [
  { shape: /[“”„‘’«»]/u, hint: 'typographic quotes; expected straight ones, as in "text"' },
  { shape: /=\s*[+-]?\d+,\d/, hint: 'a decimal comma; expected a point, as in 0.5' },
  { shape: /^\s*[\w.-]+\s*:/, hint: 'a colon after the key; expected an equals sign, as in key = "text"' },
  { shape: /^\s*\[+[^\]]*$/, hint: 'a table without its closing bracket; expected [log] or [[chain]]' },
  { shape: /=\s*(?:[Yy]es|[Nn]o|[Oo]n|[Oo]ff|True|False|TRUE|FALSE)\b/, hint: 'expected true or false' },
  { shape: /=\s*$/, hint: 'a key without a value; expected key = value on one line' },
  { shape: /=\s*[+-]?0\d/, hint: 'a number that begins with 0; expected it without leading zeros' },
  { shape: /=\s*[+-]?\d[\d._]*["']/, hint: 'a number and a quote; expected 64, or "64" for a text' },
  { shape: /=\s*[./~A-Za-z]/, hint: 'a text without quotes; expected quotes around it, as in "text"' },
];

/**
 * Says what a line that is no TOML probably means, from the line itself: what the parser says names its grammar, not
 * the mistake.
 * @returns undefined where no usual mistake fits
 */
export function tomlHint(line: string): string | undefined {
  if (isOpen(line)) return 'a text that is not closed; expected another quote at its end, on the same line';
  return MISTAKES.find(({ shape }) => shape.test(withoutTexts(line)))?.hint;
}

/** Whether a text begins in the line and does not end there. */
function isOpen(line: string): boolean {
  return /^[^"'#]*=\s*\[?\s*(?:"(?:[^"\\]|\\.)*|'[^']*)$/.test(line);
}

/** The line without its comment and without what stands between quotes. */
function withoutTexts(line: string): string {
  return line
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""')
    .replace(/#.*$/, '')
    .trimEnd();
}
