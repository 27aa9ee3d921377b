import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePassword } from '../src/index.ts';

function faultOf(text: string): string {
  const { difficulty } = parsePassword(text);
  assert.ok(typeof difficulty === 'object', `${text} must be a fault`);
  return difficulty.fault;
}

test('a password without an option is left exactly as it is', () => {
  for (const text of ['', 'x', 'secret', 'a,b;c', ' x ', 'id=5', 'xd=5', 'c=ZEC,mc=ZEC', 'D=5', ',;,']) {
    assert.deepEqual(parsePassword(text), { password: text });
  }
});

for (const [text, password, difficulty] of [
  ['d=64', '', '64'],
  ['x,d=0.5', 'x', '0.5'],
  ['secret;d=8', 'secret', '8'],
  ['x, d=8 ', 'x', '8'],
  ['d=8,x', 'x', '8'],
  ['d=8;a,b', 'a,b', '8'],
  ['a;b,d=8;c', 'a;b;c', '8'],
  ['x,d=007', 'x', '007'],
  ['x,d=999999999999999.999999999', 'x', '999999999999999.999999999'],
  ['x,d=0.000000001', 'x', '0.000000001'],
] as const) {
  test(`"${text}" asks for ${difficulty}, and its password is "${password}"`, () => {
    assert.deepEqual(parsePassword(text), { password, difficulty });
  });
}

test('a difficulty that is not a plain decimal number above 0 is a fault that says what is expected', () => {
  const bad = [
    '',
    '0',
    '0.0',
    '000',
    '-1',
    '+1',
    'NaN',
    'Infinity',
    '1e-300',
    '1e3',
    '0x10',
    '1_000',
    '.5',
    '5.',
  ];
  const more = [
    '1.2.3',
    '1 0',
    '６４',
    '٣',
    '1n',
    '9'.repeat(16),
    `0.${'1'.repeat(10)}`,
    '64\u00001',
    '64\n1',
    'd=5',
  ];
  for (const value of [...bad, ...more]) {
    assert.match(faultOf(`x,d=${value}`), /decimal number above 0/);
    assert.equal(parsePassword(`x,d=${value}`).password, 'x');
  }
});

test('two difficulties are a fault, also if they are equal', () => {
  for (const text of ['d=8,d=8', 'x,d=8;d=9', 'd=1;x;d=2']) {
    assert.match(faultOf(text), /more than one/);
    assert.equal(parsePassword(text).password, text.includes('x') ? 'x' : '');
  }
});

test('a fault never repeats what the miner typed: it may be the password', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{8,40}$/), (secret) => {
      const { difficulty } = parsePassword(`d=x${secret}`);
      if (typeof difficulty === 'object') assert.ok(!difficulty.fault.includes(secret));
    }),
  );
});

test('for every text, the difficulty is plain decimal text above 0 or a fault', () => {
  const pieces = fc.constantFrom('d=', ',', ';', ' ', '1', '0', '.', 'e', '-', 'x', '６', 'd', '=');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (all) => {
      const { difficulty, password } = parsePassword(all.join(''));
      assert.ok(password.length <= all.join('').length);
      if (typeof difficulty !== 'string') return;
      assert.match(difficulty, /^\d{1,15}(\.\d{1,9})?$/);
      assert.ok(Number(difficulty) > 0);
    }),
    { numRuns: 1000 },
  );
});
