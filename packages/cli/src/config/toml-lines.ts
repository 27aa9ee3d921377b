const PART = `(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')`;
const DOTTED = String.raw`${PART}(?:\s*\.\s*${PART})*`;
/** `[limits]`, `[[chain.ports]]` */
const HEADER = new RegExp(String.raw`^\s*(\[\[?)\s*(${DOTTED})\s*\]\]?\s*(?:#.*)?$`);
/** `listen = ...` */
const KEY = new RegExp(String.raw`^\s*(${DOTTED})\s*=`);
const PARTS = new RegExp(PART, 'g');
/** The quotes of a text that spans several lines. */
const LONG_TEXT = /"""|'''/g;

/**
 * The line number of each key, and of the last header of each table, by the paths in messages:
 * `chain[0].ports[1].listen`. Keys in inline tables have no line of their own. The text must be valid TOML.
 */
export function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  /** Number of tables of each list so far. */
  const counts = new Map<string, number>();
  let table = '';
  let inLongText = false;
  for (const [i, line] of text.split('\n').entries()) {
    const wasInLongText = inLongText;
    if ((line.match(LONG_TEXT) ?? []).length % 2 === 1) inLongText = !inLongText;
    if (wasInLongText) continue;
    const [, brackets, name] = HEADER.exec(line) ?? [];
    const [, key] = KEY.exec(line) ?? [];
    if (name !== undefined) {
      table = tableOf(name, brackets === '[[', counts);
      lines.set(table, i + 1);
    } else if (key !== undefined) {
      lines.set([table, ...partsOf(key)].filter((part) => part !== '').join('.'), i + 1);
    }
  }
  return lines;
}

/** The line of a key, or of the part that it would stand in; undefined if that part is the whole file. */
export function lineOf(lines: ReadonlyMap<string, number>, key: string): number | undefined {
  for (let known = key; known !== ''; known = known.replace(/(^|\.)[^.[\]]*$|\[\d+\]$/, '')) {
    // A list of tables has a line for each table, and none for itself.
    const line = lines.get(known) ?? lines.get(`${known}[0]`);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** A name within a list refers to the last table of that list. */
function tableOf(name: string, isList: boolean, counts: Map<string, number>): string {
  const parts = partsOf(name);
  let path = '';
  for (const [i, part] of parts.entries()) {
    path = path === '' ? part : `${path}.${part}`;
    if (isList && i === parts.length - 1) counts.set(path, (counts.get(path) ?? 0) + 1);
    const count = counts.get(path);
    if (count !== undefined) path = `${path}[${count - 1}]`;
  }
  return path;
}

function partsOf(name: string): string[] {
  return (name.match(PARTS) ?? []).map((part) => part.replace(/^["'](.*)["']$/, '$1'));
}
