// Writes the unrolled BLAKE2b rounds as AssemblyScript text. WebAssembly has no macros, and a loop over a
// message schedule costs the Equihash kernels a fifth of their speed: with the rounds written out, the
// additions of message words that are always zero disappear. RFC 7693 names: v, m, h, t, sigma, G.

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const ROUNDS = 12;
/** The words that each of the eight G of a round mixes: four columns, then four diagonals. */
const MIXED = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

const scalar = {
  add: (...terms) => terms.join(' + '),
  xorRotr: (x, y, bits) => `rotr<u64>(${x} ^ ${y}, ${bits})`,
};
const twoLanes = {
  add: (...terms) => terms.reduce((sum, term) => `i64x2.add(${sum}, ${term})`),
  xorRotr: (x, y, bits) => {
    const order = bits === 24 || bits === 16 ? `, order${bits}` : '';
    return `rotr${bits}(v128.xor(${x}, ${y})${order})`;
  },
};

/** First half of G: a += x + b (b is added last, since its value is ready last); d = (d^a) >>> 32; c += d; b = (b^c) >>> 24. */
function firstHalf(op, [a, b, c, d], x) {
  return [
    `v${a} = ${op.add(`v${a}`, ...(x === undefined ? [] : [x]), `v${b}`)};`,
    `v${d} = ${op.xorRotr(`v${d}`, `v${a}`, 32)};`,
    `v${c} = ${op.add(`v${c}`, `v${d}`)};`,
    `v${b} = ${op.xorRotr(`v${b}`, `v${c}`, 24)};`,
  ];
}

/** Second half of G: a += y + b; d = (d^a) >>> 16; c += d; b = (b^c) >>> 63. */
function secondHalf(op, [a, b, c, d], y) {
  return [
    `v${a} = ${op.add(`v${a}`, ...(y === undefined ? [] : [y]), `v${b}`)};`,
    `v${d} = ${op.xorRotr(`v${d}`, `v${a}`, 16)};`,
    `v${c} = ${op.add(`v${c}`, `v${d}`)};`,
    `v${b} = ${op.xorRotr(`v${b}`, `v${c}`, 63)};`,
  ];
}

/** @param known names of the message words that are not zero, by their number */
function g(op, round, which, known) {
  const schedule = SIGMA[round % SIGMA.length];
  const words = MIXED[which];
  return [
    ...firstHalf(op, words, known[schedule[2 * which]]),
    ...secondHalf(op, words, known[schedule[2 * which + 1]]),
  ];
}

const each = (count, line) => Array.from({ length: count }, (_, i) => line(i));
const allWords = Object.fromEntries(each(16, (i) => [i, `m${i}`]));
const indent = (lines) => lines.map((line) => `  ${line}`).join('\n');

export function blake2bRounds() {
  const compress = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (let which = 0; which < 8; which += 1) compress.push(...g(scalar, round, which, allWords));

  const premix = [
    ...firstHalf(scalar, MIXED[0], 'm0'),
    ...[1, 2, 3].flatMap((which) => g(scalar, 0, which, {})),
  ];

  const finish = (op) => {
    const lines = [...secondHalf(op, MIXED[0], 'm1')];
    for (let which = 4; which < 8; which += 1) lines.push(...g(op, 0, which, {}));
    for (let round = 1; round < ROUNDS; round += 1)
      for (let which = 0; which < 8; which += 1) lines.push(...g(op, round, which, { 0: 'm0', 1: 'm1' }));
    return lines;
  };

  return `// Written by assembly/unrolled/blake2b.mjs.
import { rotr16, rotr24, rotr32, rotr63 } from '../lanes';

/** v (16 words at \`v\`) through all twelve rounds with the 16 message words at \`m\`. */
export function allRounds(v: usize, m: usize): void {
${indent(each(16, (i) => `let v${i} = load<u64>(v, ${8 * i});`))}
${indent(each(16, (i) => `const m${i} = load<u64>(m, ${8 * i});`))}
${indent(compress)}
${indent(each(16, (i) => `store<u64>(v, v${i}, ${8 * i});`))}
}

/** The part of round 0 that m1 does not reach: columns 1 to 3 (their words are zero), half of column 0. */
export function beforeWord1(v: usize, m0: u64): void {
${indent(each(16, (i) => `let v${i} = load<u64>(v, ${8 * i});`))}
${indent(premix)}
${indent(each(16, (i) => `store<u64>(v, v${i}, ${8 * i});`))}
}

/** The rest of the twelve rounds for a message of which only m0 and m1 are not zero: 64 bytes to \`out\`. */
export function afterWord1(v: usize, h: usize, m0: u64, m1: u64, out: usize): void {
${indent(each(16, (i) => `let v${i} = load<u64>(v, ${8 * i});`))}
${indent(finish(scalar))}
${indent(each(8, (i) => `store<u64>(out, load<u64>(h, ${8 * i}) ^ v${i} ^ v${i + 8}, ${8 * i});`))}
}

/**
 * The same for two messages at once, whose m0 is equal.
 * \`v\` holds each word of beforeWord1 twice (16 bytes a word), \`h\` the chain value likewise; \`rotations\` is what
 * writeRotations has written.
 * The two digests, 64 bytes each, go to \`outA\` and \`outB\`.
 */
export function afterWord1Twice(
  v: usize, h: usize, rotations: usize, m0: v128, m1: v128, outA: usize, outB: usize,
): void {
  const order24 = v128.load(rotations, 0);
  const order16 = v128.load(rotations, 16);
${indent(each(16, (i) => `let v${i} = v128.load(v, ${16 * i});`))}
${indent(finish(twoLanes))}
${indent(each(8, (i) => `v${i} = v128.xor(v128.load(h, ${16 * i}), v128.xor(v${i}, v${i + 8}));`))}
${indent(each(4, (i) => `v128.store(outA, v128.shuffle<u64>(v${2 * i}, v${2 * i + 1}, 0, 2), ${16 * i});`))}
${indent(each(4, (i) => `v128.store(outB, v128.shuffle<u64>(v${2 * i}, v${2 * i + 1}, 1, 3), ${16 * i});`))}
}
`;
}
