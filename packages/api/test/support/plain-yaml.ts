/**
 * Reads the part of YAML that the rules use: maps and lists of maps by indentation, plain scalars, and `>-` for text
 * over several lines. Everything else is an error, so that a file that passes means the same to every YAML reader.
 */
export type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

export function parsePlainYaml(source: string): Yaml {
  const lines = source
    .split('\n')
    .map((raw, index): Line => {
      const text = raw.trimStart();
      return { indent: raw.length - text.length, text: text.trimEnd(), number: index + 1 };
    })
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const [value, rest] = block(lines);
  const [left] = rest;
  if (left !== undefined) throw fault(left, 'wrong indentation');
  return value;
}

function block(lines: readonly Line[]): [Yaml, readonly Line[]] {
  const [first] = lines;
  if (first === undefined) throw new Error('nothing where a map or a list was expected');
  return first.text.startsWith('- ') ? list(lines, first.indent) : map(lines, first.indent);
}

function list(lines: readonly Line[], indent: number): [readonly Yaml[], readonly Line[]] {
  const items: Yaml[] = [];
  let rest = lines;
  for (let head = rest[0]; head?.indent === indent; head = rest[0]) {
    if (!head.text.startsWith('- ')) throw fault(head, 'expected another `- `');
    // `- key: value` is a map that begins two characters further in.
    const inner = { ...head, indent: indent + 2, text: head.text.slice(2) };
    const [item, after] = map([inner, ...rest.slice(1)], indent + 2);
    items.push(item);
    rest = after;
  }
  return [items, rest];
}

function map(lines: readonly Line[], indent: number): [{ [key: string]: Yaml }, readonly Line[]] {
  const entries: { [key: string]: Yaml } = {};
  let rest = lines;
  for (let head = rest[0]; head?.indent === indent; head = rest[0]) {
    const [, key, value] = /^([A-Za-z_]+):(?: (.+))?$/.exec(head.text) ?? [];
    if (key === undefined) throw fault(head, 'expected `key: value`');
    if (Object.hasOwn(entries, key)) throw fault(head, `${key} a second time`);
    rest = rest.slice(1);
    if (value === undefined) [entries[key], rest] = deeper(head, rest);
    else if (value === '>-') [entries[key], rest] = folded(head, rest);
    else entries[key] = plain(head, value);
  }
  return [entries, rest];
}

function deeper(head: Line, lines: readonly Line[]): [Yaml, readonly Line[]] {
  if ((lines[0]?.indent ?? 0) <= head.indent) throw fault(head, 'has no value');
  return block(lines);
}

function folded(head: Line, lines: readonly Line[]): [string, readonly Line[]] {
  const end = lines.findIndex(({ indent }) => indent <= head.indent);
  const own = end < 0 ? lines : lines.slice(0, end);
  const indents = new Set(own.map(({ indent }) => indent));
  if (indents.size !== 1) throw fault(head, 'folded text must have one indentation');
  return [own.map(({ text }) => text).join(' '), lines.slice(own.length)];
}

/** Parts with a meaning in YAML, which a plain scalar must not have. */
function plain(head: Line, value: string): string {
  if (/^[&*!|>%@`"'{}[\],#?-]/.test(value) || /: | #|:$/.test(value)) {
    throw fault(head, `${value} is no plain scalar`);
  }
  return value;
}

function fault({ number }: Line, what: string): Error {
  return new Error(`line ${number}: ${what}`);
}
