import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import {
  blockHalf,
  EquihashSolver,
  equihashSizes,
  fruitHalf,
  packIndices,
  TrueHashDataset,
  TrueHasher,
  unpackIndices,
  zcashBlockHash,
} from '@adit/pow';
import { decodeHex, encodeHex } from '@adit/primitives';
import { codeOf, LineClient, textOf } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { plainShare, trueScene, trueShare, zcashScene } from './setup.ts';

const sizes = equihashSizes(SMALL.equihash);
const { prefix, solutionBytes } = sizes;

/** Every way in which a solution can look like one, made from a real one. */
function forgeries(indices: readonly number[]): [string, readonly number[]][] {
  const half = indices.length / 2;
  const left = indices.slice(0, half);
  const right = indices.slice(half);
  const [first = 0, second = 0] = indices;
  return [
    // What the pools were robbed with: all collisions hold and the hashes cancel out, since each index is there twice.
    ['one half twice', [...left, ...left]],
    ['one pair everywhere', indices.map((_, i) => (i % 2 === 0 ? first : second))],
    ['one index everywhere', indices.map(() => first)],
    ['each index beside itself', indices.map((_, i) => indices[i - (i % 2)] ?? 0)],
    // The same proof in another order: each level has two, so there would be 2^31 of each share.
    ['the halves swapped', [...right, ...left]],
    ['the first pair swapped', [second, first, ...indices.slice(2)]],
    ['the last pair swapped', [...indices.slice(0, -2), indices.at(-1) ?? 0, indices.at(-2) ?? 0]],
    ['backwards', indices.toReversed()],
    ['sorted', indices.toSorted((a, b) => a - b)],
    ['one index replaced', [...indices.slice(0, -1), (indices.at(-1) ?? 0) ^ 1]],
    ['two indices exchanged', [first, ...right.slice(0, 1), ...left.slice(2), second, ...right.slice(1)]],
  ];
}

test('T01: whatever is made of a real solution is refused by the proof, and does not spoil the real one', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const real = decodeHex(share.solution, prefix.length + solutionBytes, 'solution').subarray(prefix.length);
  const indices = unpackIndices(real, sizes);
  const solutions = forgeries([...indices]).map(([what, forged]): [string, Uint8Array] => [
    what,
    packIndices(forged, sizes),
  ]);
  solutions.push(['nothing but zeros', new Uint8Array(solutionBytes)]);
  solutions.push(['nothing but ones', new Uint8Array(solutionBytes).fill(255)]);
  for (const [what, bytes] of solutions) {
    const answer = await miner.submit(share, { solution: encodeHex(prefix) + encodeHex(bytes) });
    assert.equal(answer.result, null, what);
    assert.match(textOf(answer), /^Invalid solution: /, what);
  }
  assert.deepEqual(paid(), []);
  assert.equal((await miner.submit(share)).result, true);
  assert.deepEqual(paid(), [share.digest]);
});

test('T01: a solution of another personalization, another nonce or other parameters is refused', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const stranger = new EquihashSolver({ ...SMALL.equihash, personalization: 'BgoldPoW' });
  const [foreign] = solutionsOf(stranger, share.header);
  const other = await plainShare(miner);
  for (const solution of [encodeHex(prefix) + encodeHex(foreign ?? prefix), other.solution]) {
    const answer = await miner.submit(share, { solution });
    assert.match(textOf(answer), /^Invalid solution: /);
  }
  // 96,5 and 200,9, each with the prefix that belongs to it.
  for (const solution of [`44${'00'.repeat(68)}`, `fd4005${'00'.repeat(1344)}`]) {
    assert.match(textOf(await miner.submit(share, { solution })), /must be 74 hex digits, these are/);
  }
  assert.deepEqual(paid(), []);
});

/** A header without any solution is no use here: another last byte of the nonce has some. */
function solutionsOf(solver: EquihashSolver, header: Uint8Array): Uint8Array[] {
  const input = header.slice();
  for (;;) {
    const found = solver.solve(input);
    if (found.length > 0) return found;
    input[input.length - 1] = ((input.at(-1) ?? 0) + 1) & 255;
  }
}

type Field = 'jobId' | 'time' | 'nonce2' | 'solution';
const FIELDS: readonly Field[] = ['jobId', 'time', 'nonce2', 'solution'];

/** Texts that a careless decoder reads as the same bytes. */
function respellings(hex: string): string[] {
  const others = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => !/[0-9a-fA-F]/.test(character),
  );
  return [
    // Any other character in the place of the first or the last digit.
    ...others.flatMap((character) => [character + hex.slice(1), hex.slice(0, -1) + character]),
    `0x${hex}`,
    `0x${hex.slice(2)}`,
    ` ${hex}`,
    `${hex} `,
    `${hex}\n`,
    `${hex}zz`,
    `zz${hex}`,
    `${hex}00`,
    `00${hex}`,
    `${hex}0`,
    hex.slice(0, -1),
    hex.slice(0, -2),
    hex.replace(/(..)/g, '$1 ').trim(),
    hex.replace(/(..)/g, '$1:'),
    // The low byte of these is an ASCII digit; full-width digits are digits to some libraries.
    hex.replace(/[0-9]/g, (digit) => String.fromCharCode(0x100 + digit.charCodeAt(0))),
    hex.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    hex.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
  ];
}

test('T02: no other spelling of a share is read as its bytes, in any field', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  for (const field of FIELDS) {
    const spellings = respellings(share[field]);
    const answers = await Promise.all(spellings.map((text) => miner.submit(share, { [field]: text })));
    answers.forEach((answer, i) => {
      assert.equal(answer.result, null, `${field}: ${JSON.stringify(spellings[i])}`);
      assert.equal(codeOf(answer), field === 'jobId' ? 21 : 20, `${field}: ${JSON.stringify(spellings[i])}`);
      assert.doesNotMatch(textOf(answer), /Invalid solution/, 'it was decoded');
    });
  }
  assert.deepEqual(paid(), []);
  assert.equal((await miner.submit(share)).result, true);
});

test('T02: upper-case letters, and a nonce with or without nonce1, are the same share', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  const upper = (field: Field) => ({ [field]: share[field].toUpperCase() });
  const same = [
    upper('time'),
    upper('nonce2'),
    upper('solution'),
    { ...upper('nonce2'), ...upper('solution'), ...upper('time') },
    { nonce2: miner.nonce1 + share.nonce2 },
    { nonce2: (miner.nonce1 + share.nonce2).toUpperCase() },
  ];
  for (const changes of same) assert.equal(codeOf(await miner.submit(share, changes)), 22);
  // A job id is a name, not a number: it has one spelling.
  const other = share.jobId.toUpperCase();
  if (other !== share.jobId) assert.equal(codeOf(await miner.submit(share, { jobId: other })), 21);
  assert.deepEqual(paid(), [share.digest]);
});

test('T02: a TrueHash nonce is the number that it means, however it is spelled', async (context) => {
  const { portOf, shares } = await trueScene(context);
  const rig = await TrueRig.connect(portOf('truechain'));
  const [jobId, , headerHash] = await rig.job();
  const target = rig.targetOf(jobId);
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const isShare = (candidate: bigint) => {
    const digest = hasher.hash(decodeHex(headerHash, 32, 'header hash'), candidate);
    return blockHalf(digest) <= target || fruitHalf(digest) <= target;
  };
  let id = '';
  let nonce = '';
  let value = 0n;
  let own = 0n;
  // Where the short form is a share as it stands, it is two: that is no respelling.
  do {
    [id, nonce] = await trueShare(rig);
    value = BigInt(nonce);
    own = value & ((1n << 40n) - 1n);
  } while (own !== value && isShare(own));
  for (const wrong of [
    `+${nonce}`,
    `-${nonce}`,
    ` ${nonce}`,
    `${nonce} `,
    `${nonce}.0`,
    `${nonce}e0`,
    `${nonce}n`,
    `0${'0'.repeat(20)}${nonce}`,
    `0x${'0'.repeat(17)}${value.toString(16)}`,
    `0b${value.toString(2)}`,
    String(value + (1n << 64n)),
    nonce.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    [nonce],
    { nonce },
    null,
    true,
    -1,
    1.5,
    2 ** 60,
  ]) {
    const answer = await rig.submit([id, wrong]);
    assert.equal(answer.result, false, JSON.stringify(wrong));
    assert.match(textOf(answer), /^Bad nonce/, JSON.stringify(wrong));
  }
  // Without its prefix first: that is the same 64 bits as all the others.
  assert.equal((await rig.submit([id, own.toString()])).result, true);
  for (const same of [
    own.toString(),
    `0x${own.toString(16)}`,
    nonce,
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase().padStart(16, '0')}`,
    nonce.padStart(20, '0'),
  ]) {
    assert.equal(codeOf(await rig.submit([id, same])), 22, same);
  }
  assert.equal(shares().length, 1);
});

test('T03: no other prefix makes a second share of a solution', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const body = share.solution.slice(2 * prefix.length);
  const prefixes = Array.from({ length: 256 }, (_, byte) => encodeHex(Uint8Array.of(byte)));
  // The same length in the longer forms of a compactSize, and none.
  const longer = ['fd2400', 'fe24000000', 'ff2400000000000000', ''];
  const grind = [...prefixes.filter((text) => text !== encodeHex(prefix)), ...longer];
  const answers = await Promise.all(grind.map((text) => miner.submit(share, { solution: text + body })));
  answers.forEach((answer, i) => {
    assert.match(textOf(answer), /^Bad solution encoding: /, `prefix ${grind[i]}`);
    assert.equal(codeOf(answer), 20);
  });
  assert.deepEqual(paid(), []);
  assert.equal((await miner.submit(share)).result, true);
  // And it is known by the hash of the header with the canonical prefix, as the chain would know it.
  assert.deepEqual(paid(), [
    encodeHex(zcashBlockHash(share.header, decodeHex(share.solution, 37, 'solution'))),
  ]);
});

test('T03: on Zcash itself the prefix is fd4005, and nothing else', async (context) => {
  const mainnetSizes = zcashChain('zcash-devnet');
  const devnet = await startZcashDevnet({ chain: mainnetSizes, mempoolSeconds: 0 });
  const { portOf, paid } = await zcashScene(context, { devnet, chain: { params: mainnetSizes } });
  context.after(() => devnet.close());
  const client = await LineClient.connect(portOf('zcash'));
  const { result } = await client.request('mining.subscribe', ['t', null]);
  const [, nonce1] = result as [unknown, string];
  await client.request('mining.authorize', ['alice', 'x']);
  await until('a job', () => client.last('mining.notify') !== undefined);
  const [id, , , , , time] = client.last('mining.notify') ?? [];
  const submit = (solution: string) =>
    client.request('mining.submit', ['alice', id, time, '00'.repeat(32 - nonce1.length / 2), solution]);
  const body = '00'.repeat(1344);
  for (const wrong of ['fd4004', 'fd0540', 'fe4005', '054000', '000000', 'fd4105']) {
    assert.match(textOf(await submit(wrong + body)), /must begin with fd4005/, wrong);
  }
  for (const wrong of ['fe40050000', '4005', '']) {
    assert.match(textOf(await submit(wrong + body)), /must be 2694 hex digits/, wrong);
  }
  // The right one gets as far as the proof.
  assert.match(textOf(await submit(`fd4005${body}`)), /^Invalid solution/);
  assert.deepEqual(paid(), []);
});
