const PART = `(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')`;
const DOTTED = String.raw`${PART}(?:\s*\.\s*${PART})*`;
/** `[limits]`, `[[chain.ports]]` */
const HEADER = new RegExp(String.raw`^\s*(\[\[?)\s*(${DOTTED})\s*\]\]?\s*(?:#.*)?$`);
/** `listen = ...` */
const KEY = new RegExp(String.raw`^\s*(${DOTTED})\s*=`);
const PARTS = new RegExp(PART, 'g');
/** What begins and ends a text of several lines. */
const LONG_TEXT = /"""|'''/g;

/**
 * The number of the line of each key and of the last header of each table, by the paths that messages use:
 * `chain[0].ports[1].listen`. Keys inside of inline tables have no line of their own. The text must be valid TOML.
 */
export function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  /** How many tables each list has so far. */
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

/** The line of a key, or else that of the part that it would stand in; undefined where that is the whole file. */
export function lineOf(lines: ReadonlyMap<string, number>, key: string): number | undefined {
  for (let known = key; known !== ''; known = known.replace(/(^|\.)[^.[\]]*$|\[\d+\]$/, '')) {
    const line = lines.get(known);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Parts of a name that are lists mean their last table. */
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
