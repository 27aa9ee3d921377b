import type { Random } from '@adit/test-kit/random';
import { type Node, parseNode, printNode, raw } from './json-text.ts';

/** A line is a string with one character for each byte: exact, short, and readable in a report. */
export const fromText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const toText = (line: string): string => Buffer.from(line, 'latin1').toString('utf8');

/** Source texts of odd values, in the form that they have in a line. */
const ODD: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '-1',
    '1',
    '1.0',
    '1.5',
    '1e2',
    '1E+2',
    '1e999',
    '-1e999',
    '0.1e-400',
  ],
  ...['9007199254740991', '9007199254740992', '12345678901234567890123', '4294967296', '65536', '1e-7'],
  ...[
    '""',
    '"0"',
    '"00"',
    '"0x"',
    '"0x00"',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\n"',
    '"\\r\\n"',
  ],
  ...['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"hasOwnProperty"', '"length"', '"null"'],
  ...['"18446744073709551615"', '"18446744073709551616"', '"1060"', '"-1"', '"+1"', '"1e3"', '"0xG"'],
  ...['[]', '{}', '[[]]', '[null]', '{"length":5}', '{"__proto__":{"id":7}}', '{"toString":1}', '{"id":1.5}'],
  ...['"x,d=64"', '"d="', '"d=0"', '"d=1e9"', '"d=1;d=2"', '"d=999999999999999999"', '";d=0.5"', '"d= 8 "'],
  ...[
    '"nheqminer/0.5c"',
    '"http://127.0.0.1"',
    '"\u2028"',
    '"\u00e9\u202e"',
    '"\ufeff"',
    '"\\u001b[2J"',
    '"\\u0041"',
  ],
];

const METHODS: readonly string[] = [
  ...['mining.subscribe', 'mining.authorize', 'mining.submit', 'mining.seedhash', 'mining.notify'],
  ...['mining.extranonce.subscribe', 'mining.suggest_target', 'mining.configure', 'mining.multi_version'],
  ...[
    'mining.get_transactions',
    'mining.suggest_difficulty',
    'mining.set_target',
    'mining.set_difficulty',
    'mining.set_extranonce',
  ],
  ...[
    'client.reconnect',
    'client.show_message',
    'client.get_version',
    '__proto__',
    'constructor',
    'toString',
    '',
  ],
];

const LENGTHS = [0, 1, 2, 8, 16, 32, 63, 64, 65, 128, 129, 256, 1000, 4_000] as const;
const BYTES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\0',
  '9',
  ' ',
  '\r',
  '\t',
  '\xff',
  '\xc0',
  '\xed\xa0\x80',
  '\xef\xbb\xbf',
];

/** @returns a changed line @param most the most bytes that it may have @param other a line whose parts may go into this one */
export function mutateLine(line: string, other: string, most: number, random: Random): string {
  let changed = line;
  const times = 1 + random.small(4);
  for (let i = 0; i < times; i += 1) {
    const before = changed;
    changed = random.chance(5)
      ? mutateBytes(changed, other, random)
      : mutateJson(changed, other, most, random);
    if (changed.length > most) changed = random.chance(4) ? changed.slice(0, most) : before;
  }
  return changed;
}

function mutateBytes(line: string, other: string, random: Random): string {
  const at = random.below(line.length + 1);
  const length = random.small(40);
  const char = random.chance(3) ? String.fromCharCode(random.below(256)) : random.pick(BYTES);
  switch (random.below(7)) {
    case 0:
      return line.slice(0, at) + line.slice(at + 1 + length);
    case 1:
      return line.slice(0, at) + char + line.slice(at);
    case 2:
      return line.slice(0, at) + char + line.slice(at + 1);
    case 3:
      return line.slice(0, at) + line.slice(at, at + length).repeat(2 + random.small(30)) + line.slice(at);
    case 4:
      return line.slice(0, at);
    case 5:
      return line.slice(0, at) + other.slice(random.below(other.length + 1));
    default:
      return line.slice(0, at) + char.repeat(random.pick(LENGTHS)) + line.slice(at);
  }
}

function mutateJson(line: string, other: string, most: number, random: Random): string {
  const text = toText(line);
  const root = parseNode(text);
  if (root === undefined) return mutateBytes(line, other, random);
  const count = countOf(root);
  // Changes the members of the message and their items; deeper values matter less.
  const changed = changeAt(root, random.below(Math.min(count, 40)), (node) =>
    mutateNode(node, other, most, random),
  );
  return fromText(random.chance(12) ? spaced(printNode(changed), random) : printNode(changed));
}

function countOf(node: Node): number {
  if (node.kind === 'raw') return 1;
  const inner = node.kind === 'array' ? node.items : node.members.map(([, value]) => value);
  return inner.reduce((sum, value) => sum + countOf(value), 1);
}

/** Changes the node with this number, counted from the outside in. */
function changeAt(root: Node, place: number, change: (node: Node) => Node): Node {
  let left = place;
  const visit = (node: Node): Node => {
    if (left < 0) return node;
    left -= 1;
    if (left === -1) return change(node);
    if (node.kind === 'array') return { kind: 'array', items: node.items.map(visit) };
    if (node.kind === 'object') {
      return { kind: 'object', members: node.members.map(([key, value]) => [key, visit(value)] as const) };
    }
    return node;
  };
  return visit(root);
}

function mutateNode(node: Node, other: string, most: number, random: Random): Node {
  if (random.chance(6)) return wrap(node, random);
  if (node.kind === 'array') return mutateArray(node.items, other, most, random);
  if (node.kind === 'object') return mutateObject(node.members, most, random);
  return mutateRaw(node.text, random);
}

function wrap(node: Node, random: Random): Node {
  const text = printNode(node);
  switch (random.below(5)) {
    case 0:
      return { kind: 'array', items: [node] };
    case 1:
      return { kind: 'object', members: [[random.pick(['"a"', '"__proto__"', '"id"', '"0"']), node]] };
    case 2: {
      const depth = 1 + random.pick([1, 5, 7, 8, 9, 10, 50, 700]);
      return raw(`${'['.repeat(depth)}${text}${']'.repeat(depth)}`);
    }
    case 3:
      return raw(JSON.stringify(text));
    default:
      return raw(random.pick(ODD));
  }
}

function mutateArray(items: readonly Node[], other: string, most: number, random: Random): Node {
  const at = random.below(items.length + 1);
  const value = () => raw(random.pick(ODD));
  switch (random.below(6)) {
    case 0:
      return { kind: 'array', items: items.toSpliced(at, 1) };
    case 1:
      return { kind: 'array', items: items.toSpliced(at, 0, value()) };
    case 2:
      return { kind: 'array', items: items.toSpliced(Math.max(0, at - 1), 1, value()) };
    case 3:
      return { kind: 'array', items: items.toReversed() };
    case 4: {
      const stranger = parseNode(toText(other));
      return { kind: 'array', items: items.toSpliced(at, 1, stranger ?? value()) };
    }
    default: {
      // Many copies, so that the work for each of them adds up.
      const item = printNode(items[at] ?? value());
      const room = Math.max(1, Math.floor((random.pick([100, 1_000, most]) - 200) / (item.length + 1)));
      const filling = raw(Array(room).fill(item).join(','));
      return { kind: 'array', items: items.toSpliced(at, 1, filling) };
    }
  }
}

function mutateObject(members: readonly (readonly [string, Node])[], most: number, random: Random): Node {
  const at = random.below(members.length + 1);
  const [key, old] = members[at] ?? ['"id"', raw('1')];
  const keys = [
    '"id"',
    '"method"',
    '"params"',
    '"result"',
    '"error"',
    '"__proto__"',
    '"constructor"',
    '"\\u0069d"',
  ];
  switch (random.below(7)) {
    case 0:
      return { kind: 'object', members: members.toSpliced(at, 1) };
    case 1:
      return {
        kind: 'object',
        members: members.toSpliced(at, 0, [random.pick(keys), raw(random.pick(ODD))]),
      };
    case 2:
      return { kind: 'object', members: [...members, [key, raw(random.pick(ODD))]] };
    case 3:
      return { kind: 'object', members: members.toSpliced(at, 1, [random.pick(keys), old]) };
    case 4:
      return {
        kind: 'object',
        members: [...members, ['"method"', raw(JSON.stringify(random.pick(METHODS)))]],
      };
    case 5:
      return { kind: 'object', members: members.toReversed() };
    default: {
      const room = Math.max(1, Math.floor((random.pick([100, 1_000, most]) - 200) / 12));
      const many = Array.from({ length: room }, (_, i) => [`"k${i}"`, raw('0')] as const);
      return { kind: 'object', members: [...many, ...members] };
    }
  }
}

function mutateRaw(text: string, random: Random): Node {
  if (!text.startsWith('"') || random.chance(4)) return raw(random.pick(ODD));
  const inside = text.slice(1, -1);
  const quote = (changed: string) => raw(`"${changed}"`);
  const at = random.below(inside.length + 1);
  switch (random.below(10)) {
    case 0:
      return quote(inside.slice(0, -1));
    case 1:
      return quote(inside + random.pick(['0', 'f', '00', 'g', ' ', '\\u0000', '.x', '\u00e9']));
    case 2:
      return quote(inside.toUpperCase());
    case 3:
      return quote(
        inside.slice(0, at) + random.pick(['0', 'f', 'g', '\\u0030', '\u{1f600}']) + inside.slice(at + 1),
      );
    case 4:
      return quote(random.pick(['0', 'f', 'a', 'd=1,']).repeat(random.pick(LENGTHS)));
    case 5:
      return raw(JSON.stringify(random.pick(METHODS)));
    case 6:
      return raw(inside);
    case 7:
      return quote([...inside].map((char) => (/[a-z]/.test(char) ? escaped(char) : char)).join(''));
    case 8:
      return quote(inside + inside);
    default:
      return quote(inside.slice(at));
  }
}

const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Inserts spaces where JSON allows them, if it is JSON; commas in strings get some too. */
function spaced(text: string, random: Random): string {
  const space = random.pick([' ', '\t', '  ', '\r', ' '.repeat(500)]);
  return text.replaceAll(',', `,${space}`);
}
