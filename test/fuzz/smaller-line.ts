import { without } from './engine.ts';
import { type Node, parseNode, printNode, raw } from './json-text.ts';
import { fromText } from './mutate.ts';

/** @returns shorter or simpler forms of a line, to find the part that matters */
export function* smallerLine(line: string): Generator<string> {
  const text = Buffer.from(line, 'latin1').toString('utf8');
  const root = parseNode(text);
  const seen = new Set([line]);
  const parts = root === undefined ? bytes(line) : [...nodes(root)].map((node) => fromText(printNode(node)));
  for (const part of parts) {
    if (seen.has(part) || part.length > line.length) continue;
    seen.add(part);
    yield part;
  }
}

function* bytes(line: string): Generator<string> {
  for (const part of without([...line])) yield part.join('');
}

function* nodes(node: Node): Generator<Node> {
  if (node.kind === 'array') {
    for (const items of without(node.items)) yield { kind: 'array', items };
    for (const [i, item] of node.items.entries()) {
      for (const changed of nodes(item)) yield { kind: 'array', items: node.items.with(i, changed) };
    }
  } else if (node.kind === 'object') {
    for (const members of without(node.members)) yield { kind: 'object', members };
    for (const [i, [key, value]] of node.members.entries()) {
      for (const changed of nodes(value)) {
        yield { kind: 'object', members: node.members.with(i, [key, changed]) };
      }
    }
  } else if (node.text.length > 1 && node.text !== '""') {
    yield raw('0');
    const inside = node.text.slice(1, -1);
    if (inside.length > 4) yield raw(`"${inside.slice(0, inside.length / 2)}"`);
  }
}
