// The rule that no code matches prose: programs decide by causes and codes, and sentences are for people.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Places that may match words, each with its reason. `code` is a part of the line. An entry that excuses nothing is a
 * fault, so that the list stays as short as it can be.
 */
export const EXCUSED = [
  {
    file: 'packages/chain/src/zcash/proposal.ts',
    code: 'ABOUT_THE_TIP.test(verdict.reason)',
    why: 'BIP 22 gives a refused proposal a text and no code; the texts are those of zcashd and Zebra',
  },
  {
    file: 'packages/chain/src/zcash/proposal.ts',
    code: 'ABOUT_THE_PROOF.test(verdict.reason)',
    why: 'the same',
  },
  {
    file: 'packages/chain/src/truechain/node.ts',
    code: '/coinbase|etherbase/i.test(error.rpcMessage)',
    why: 'getrue answers -32000 to all that it cannot do; only its words tell a missing coinbase from a start',
  },
  {
    file: 'packages/wallets/src/zcash/node-broadcaster.ts',
    code: 'HAS_IT.test(error.rpcMessage)',
    why: 'Zebra has the codes -1 and -25 for a transaction that it has and for one that it refuses; the word steers pauses only',
  },
  {
    file: 'packages/wallets/src/truechain/true-broadcaster.ts',
    code: 'HAS_IT.test(error.rpcMessage)',
    why: 'getrue has the code -32000 for all refusals; the word steers pauses only',
  },
  {
    file: 'packages/rpc/src/http-post.ts',
    code: 'messageOf(error).replace(',
    why: 'shortens the words of Node for people; nothing is decided by it',
  },
  {
    file: 'packages/cli/src/check/surroundings.ts',
    code: '/^Max open files\\s+',
    why: 'the name of a line in a file of the kernel, which has no other key',
  },
  {
    file: 'packages/primitives/src/check-bytes.ts',
    code: "'[object Uint8Array]'",
    why: 'the name that the language gives the type, in every realm',
  },
  {
    file: 'packages/test-kit/src/zcash-rig.ts',
    code: '/please connect again/.test(textOf(answer))',
    why: 'a test reads the wire, where every refusal of a connection has the code 20',
  },
];

/** Two words of prose, or a value and a word, with a blank between: `no such`, `${name} cannot`. */
const TWO_WORDS = /[\p{L}}][,.:;]? +[\p{L}$]/u;
/** What holds a sentence by its name, also as the end of an expression: `error.message`, `reason`, `messageOf(error)`. */
const SENTENCE = String.raw`(?:\b(?:message|rpcMessage|detail|reason|problem)|\bmessageOf\([^()]*\))`;
const STRING = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|${'`'}(?:[^${'`'}\\]|\\.)*${'`'})`;
const REGEX = String.raw`\/(?![/*\s])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*`;
const WHOLE = String.raw`(?![\w.([])`;

/** Where a pattern has a group, what it finds is a fault only if the literal in it is prose. */
const RULES = [
  // a.startsWith('two words'), a === 'two words', case 'two words':
  { pattern: new RegExp(String.raw`\.(?:startsWith|endsWith|includes|indexOf)\(\s*(${STRING})`, 'gu') },
  { pattern: new RegExp(String.raw`[!=]==\s*(${STRING})`, 'gu') },
  { pattern: new RegExp(String.raw`(${STRING})\s*[!=]==`, 'gu') },
  { pattern: new RegExp(String.raw`\bcase\s+(${STRING})`, 'gu') },
  // /two words/.test(a), a.match(/two words/)
  { pattern: new RegExp(String.raw`(${REGEX})\.(?:test|exec)\(`, 'gu') },
  { pattern: new RegExp(String.raw`\.(?:match|matchAll|search)\(\s*(${REGEX})`, 'gu') },
  // message.startsWith(anything), pattern.test(error.message)
  {
    pattern: new RegExp(
      String.raw`${SENTENCE}\??\.(?:startsWith|endsWith|includes|indexOf|match|matchAll|search|replace|replaceAll)\(`,
      'gu',
    ),
  },
  { pattern: new RegExp(String.raw`\.(?:test|exec)\(\s*(?:[\w#.?]+\.)?${SENTENCE}\s*[,)]`, 'gu') },
  // error.message === anything, switch (error.message). A reason or a problem may be data: only their literals count.
  {
    pattern: /\.(?:message|rpcMessage|detail)\s*[!=]==(?!\s*(?:undefined\b|null\b|''))/gu,
  },
  { pattern: new RegExp(String.raw`[!=]==\s*[\w#.?]+\.(?:message|rpcMessage|detail)\b${WHOLE}`, 'gu') },
  { pattern: /\bswitch\s*\([\w#.?]+\.(?:message|rpcMessage|detail)\)/gu },
];

/**
 * Finds all code that matches prose, and excuses that are not needed.
 * @returns one line for each, in the order of the files
 * @param {string} root the checkout
 * @param {(file: string) => string} [read] for tests: how a file is read
 * @param {typeof EXCUSED} [excused] for tests
 */
export function findProseFaults(
  root,
  read = (file) => readFileSync(path.join(root, file), 'utf8'),
  excused = EXCUSED,
) {
  const faults = [];
  const used = new Set();
  for (const file of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).sort()) {
    const name = file.split(path.sep).join('/');
    const lines = read(file).split('\n');
    for (const number of proseLines(lines.join('\n'))) {
      const line = lines[number - 1].trim();
      const excuse = excused.find((one) => one.file === name && line.includes(one.code));
      if (excuse === undefined) faults.push(`${name}:${number}: matches prose: ${line}`);
      else used.add(excuse);
    }
  }
  for (const excuse of excused)
    if (!used.has(excuse)) faults.push(`scripts/prose-rule.mjs: nothing needs the excuse for ${excuse.code}`);
  return faults;
}

/** @returns the numbers of the lines that match prose, ascending @param {string} text a source */
export function proseLines(text) {
  const code = withoutComments(text);
  const found = new Set();
  for (const { pattern } of RULES) {
    for (const match of code.matchAll(pattern)) {
      const literal = match[1];
      if (literal !== undefined && !TWO_WORDS.test(proseOf(literal))) continue;
      const end = match.index + match[0].length;
      found.add(code.slice(0, end).split('\n').length);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** What a literal says: of a template its values are words, and of a pattern its signs are none. */
function proseOf(literal) {
  const body = literal.slice(1, literal.lastIndexOf(literal[0]));
  if (literal[0] === '/') return body.replace(/\\[a-zA-Z]|\[(?:[^\]\\]|\\.)*\]/g, '#');
  return literal[0] === '`' ? body.replace(/\$\{[^}]*\}/g, '$x}') : body;
}

const COMMENT_OR_LITERAL = new RegExp(
  String.raw`\/\*[\s\S]*?\*\/|\/\/[^\n]*|${STRING}|(?<=[(,=:[!&|?{};\n]\s*|\breturn\s+)${REGEX}`,
  'gu',
);

/** Blanks comments out. Lines keep their numbers. @param {string} text a source */
export function withoutComments(text) {
  return text.replace(COMMENT_OR_LITERAL, (part) =>
    part.startsWith('//') || part.startsWith('/*') ? part.replace(/[^\n]/g, ' ') : part,
  );
}
