/**
 * JSON as text instead of values: repeated keys, the spelling of numbers and escapes, and spaces stay as they are. So a
 * change in one place leaves the rest of a line as it is.
 */
export type Node =
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Node])[] }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  /** The source text of a string, number or word; after a change, it may be text that is not JSON. */
  | { readonly kind: 'raw'; readonly text: string };

/** Deeper text is changed as bytes only, since this reader is recursive. */
const MAX_DEPTH = 100;
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

export const raw = (text: string): Node => ({ kind: 'raw', text });

/** @returns undefined if the text is not JSON, or is nested too deep */
export function parseNode(text: string): Node | undefined {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node !== undefined && reader.atEnd() ? node : undefined;
}

export function printNode(node: Node): string {
  switch (node.kind) {
    case 'raw':
      return node.text;
    case 'array':
      return `[${node.items.map(printNode).join(',')}]`;
    case 'object':
      return `{${node.members.map(([key, value]) => `${key}:${printNode(value)}`).join(',')}}`;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#match(SPACE);
    return this.#at === this.#text.length;
  }

  value(depth: number): Node | undefined {
    this.#match(SPACE);
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (depth >= MAX_DEPTH) return undefined;
      this.#at += 1;
      return first === '{' ? this.#object(depth) : this.#array(depth);
    }
    const text = this.#match(first === '"' ? STRING : WORD);
    return text === undefined ? undefined : raw(text);
  }

  #object(depth: number): Node | undefined {
    const members: [string, Node][] = [];
    if (this.#takes('}')) return { kind: 'object', members };
    for (;;) {
      this.#match(SPACE);
      const key = this.#match(STRING);
      if (key === undefined || !this.#takes(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      members.push([key, value]);
      if (this.#takes('}')) return { kind: 'object', members };
      if (!this.#takes(',')) return undefined;
    }
  }

  #array(depth: number): Node | undefined {
    const items: Node[] = [];
    if (this.#takes(']')) return { kind: 'array', items };
    for (;;) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
      if (this.#takes(']')) return { kind: 'array', items };
      if (!this.#takes(',')) return undefined;
    }
  }

  #takes(char: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found.length === 0) return undefined;
    this.#at += found.length;
    return found;
  }
}
