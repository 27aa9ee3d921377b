import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import fc from 'fast-check';
import { plainShare, trueScene, trueShare, zcashScene } from './setup.ts';
import { ANY_NUMBER, Stranger } from './stranger.ts';

const pool = { limits: ANY_NUMBER };
const submit = (params: string) => `{"id":7,"method":"mining.submit","params":${params}}`;

/** A line, and the id of its one answer as it must stand there; undefined: no answer. */
const LINES: readonly (readonly [string | Uint8Array, string | undefined])[] = [
  ['{"id":7,"method":"mining.submit"}', '7'],
  [submit('null'), '7'],
  [submit('{}'), '7'],
  [submit('{"0":"alice.rig1","1":"1","length":5}'), '7'],
  [submit('"alice.rig1"'), '7'],
  [submit('7'), '7'],
  [submit('[]'), '7'],
  [submit('[[["alice.rig1"]]]'), '7'],
  [submit('[1e999,1e999,1e999,1e999,1e999]'), '7'],
  [submit('["alice.rig1",{"__proto__":[]},{"toString":1},{"valueOf":null},[]]'), '7'],
  ['{"id":{},"method":"mining.submit","params":[]}', 'null'],
  ['{"id":[7],"method":"mining.submit","params":[]}', 'null'],
  ['{"id":true,"method":"mining.submit","params":[]}', 'null'],
  ['{"id":12345678901234567890123,"method":"mining.submit","params":[]}', '12345678901234567890123'],
  ['{"id":1e999,"method":"mining.submit","params":[]}', '1e999'],
  ['{"id":-0.10,"method":"mining.submit","params":[]}', '-0.10'],
  [`{"id":"${'9'.repeat(4_000)}","method":"mining.submit","params":[]}`, `"${'9'.repeat(4_000)}"`],
  ['{"id":"\\u0000\\n\\u001b","method":"mining.submit","params":[]}', '"\\u0000\\n\\u001b"'],
  ['{"id":"\\ud800","method":"mining.submit","params":[]}', '"\\ud800"'],
  ['{"id":"__proto__","method":"mining.submit","params":[]}', '"__proto__"'],
  // The last of two equal keys counts, as everywhere in JavaScript; what matters is that there is one reading.
  ['{"id":6,"id":7,"method":"x","method":"mining.submit","params":1,"params":[]}', '7'],
  ['{"id":null,"method":"mining.submit","params":[]}', 'null'],
  ['{"id":7,"method":null,"params":[]}', '7'],
  ['{"id":7,"method":{"toString":"mining.submit"},"params":[]}', '7'],
  ['{"id":7,"method":"__proto__","params":[]}', '7'],
  ['{"id":7,"method":"constructor","params":[]}', '7'],
  ['{"id":7,"method":"mining.submit\\u0000","params":[]}', '7'],
  [`{"id":7,"method":"${'m'.repeat(15_000)}","params":[]}`, '7'],
  ['{"__proto__":{"id":7,"method":"mining.submit"},"params":[]}', 'null'],
  ['{"constructor":{"prototype":{"polluted":1}},"id":7,"method":"x"}', '7'],
  ['[{"id":7,"method":"mining.submit","params":[]}]', 'null'],
  ['[]', 'null'],
  ['"mining.submit"', 'null'],
  ['null', 'null'],
  ['1e999', 'null'],
  ['{', 'null'],
  ['}{', 'null'],
  ["{'id':7}", 'null'],
  ['{"id":7,"method":"mining.submit","params":[NaN]}', 'null'],
  ['{"id":7,"method":"mining.submit","params":[],}', 'null'],
  ['{"id":7}{"id":8}', 'null'],
  ['{"id":7}', '7'],
  ['\u00a0{"id":7}', 'null'],
  [`${'['.repeat(8_000)}${']'.repeat(8_000)}`, 'null'],
  [submit('['.repeat(7_000) + ']'.repeat(7_000)), '7'],
  [`{"id":${'['.repeat(7_000)}${']'.repeat(7_000)}}`, 'null'],
  [`${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}`, 'null'],
  [Buffer.from('{"id":7,"method":"\xff"}', 'latin1'), 'null'],
  [Buffer.from('{"id":7,"method":"\xed\xa0\x80"}', 'latin1'), 'null'],
  [Buffer.from('{"id":7,"method":"\xc0\xae"}', 'latin1'), 'null'],
  [Buffer.from('{"id":7,\0"method":"x"}', 'latin1'), 'null'],
  [Buffer.alloc(100), 'null'],
  // The line end of UTF-16 has an LF in it, and a NUL behind that.
  [Buffer.from('{"id":7,"method":"x"}', 'utf16le'), 'null'],
  // A message like any other, with a byte-order mark before it, and with the line end of Windows.
  ['\ufeff{"id":7,"method":"mining.submit","params":[]}', '7'],
  ['{"id":7,"method":"mining.submit","params":[]}\r', '7'],
  // Answers to what nobody asked.
  ['{"id":7,"result":true,"error":null}', undefined],
  ['{"id":{"a":1},"result":true}', 'null'],
  ['{"result":[[[]]],"error":{"code":1}}', undefined],
];

test('T13: whatever a line holds, it gets one answer with its own id, and nobody is paid or dropped', async (context) => {
  const zcash = await zcashScene(context, { pool });
  const truechain = await trueScene(context, { pool });
  for (const { portOf, name } of [
    { ...zcash, name: 'zcash' },
    { ...truechain, name: 'truechain' },
  ]) {
    const stranger = await Stranger.connect(portOf(name));
    for (const login of [false, true]) {
      if (login) {
        stranger.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
        await stranger.say('{"id":2,"method":"mining.authorize","params":["alice.rig1","x"]}');
      }
      for (const [line, id] of LINES) {
        const what = `${name}: ${line.toString().slice(0, 80)}`;
        const answers = (await stranger.say(line)).filter((text) => !text.includes('"method"'));
        assert.equal(stranger.closed, false, what);
        assert.equal(answers.length, id === undefined ? 0 : 1, what);
        if (id === undefined) continue;
        assert.ok(answers[0]?.includes(`"id":${id},`), `${what} answered by ${answers[0]?.slice(0, 200)}`);
        const code = codeOf(JSON.parse(answers[0] ?? '') as { error: unknown });
        assert.ok(
          [-1, 20, 21, 24, 25].includes(Number(code)),
          `${what} answered by ${answers[0]?.slice(0, 200)}`,
        );
      }
    }
  }
  assert.equal('polluted' in {}, false);
  assert.deepEqual([zcash.shares(), truechain.shares()], [[], []]);
  const miner = await zcash.rig();
  assert.equal((await miner.submit(await plainShare(miner))).result, true);
});

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  2 ** 53,
  1e308,
  '',
  ' ',
  '0x',
  '\u0000',
  '__proto__',
  'null',
  '\ud800',
  [],
  {},
  [[]],
  { length: 1 },
  'f'.repeat(10_000),
];

test('T13: no field of a share can be something else, and the share itself is still good afterwards', async (context) => {
  const zcash = await zcashScene(context, { pool });
  const miner = await zcash.rig();
  const share = await plainShare(miner);
  const good = [miner.worker, share.jobId, share.time, share.nonce2, share.solution];
  for (const field of good.keys()) {
    for (const odd of ODD) {
      const answer = await miner.client.request('mining.submit', good.with(field, odd as string));
      assert.equal(answer.result, null, `${field}: ${JSON.stringify(odd).slice(0, 50)}`);
    }
    assert.equal((await miner.client.request('mining.submit', good.slice(0, field))).result, null);
  }
  assert.deepEqual(zcash.paid(), []);
  // More than five is a newer dialect's business: nothing behind them is looked at.
  assert.equal((await miner.client.request('mining.submit', [...good, ...ODD])).result, true);
  assert.deepEqual(zcash.paid(), [share.digest]);

  const truechain = await trueScene(context, { pool });
  const rig = await TrueRig.connect(truechain.portOf('truechain'));
  const [id, nonce] = await trueShare(rig);
  const right = [rig.worker, id, nonce];
  for (const field of right.keys()) {
    for (const odd of ODD) {
      // Zero is a nonce like any other.
      if (odd === 0) continue;
      const answer = await rig.client.request('mining.submit', right.with(field, odd as string));
      assert.notEqual(answer.result, true, `${field}: ${JSON.stringify(odd).slice(0, 50)}`);
    }
  }
  for (const odd of ODD) {
    const answer = await rig.client.request('mining.seedhash', [rig.worker, odd]);
    assert.notEqual(answer.error, null, JSON.stringify(odd).slice(0, 50));
  }
  assert.deepEqual(truechain.shares(), []);
  assert.equal((await rig.submit([id, nonce])).result, true);
});

test('T13: ten megabytes without a line end are cut off after the first sixteen thousand bytes', async (context) => {
  const { portOf, events, rig, paid } = await zcashScene(context, { pool });
  const miner = await rig();
  for (const filling of ['{"id":1,"method":"', ' ', '\r', '\0']) {
    const stranger = await Stranger.connect(portOf('zcash'), { from: '127.0.0.9' });
    stranger.write(`${filling}${filling.slice(-1).repeat(10 * 1024 * 1024)}`);
    assert.match(
      await stranger.untilClosed(),
      /^(\{"id":null,[^\n]*a line is longer than 16384 bytes[^\n]*\n)?$/,
    );
  }
  const ends = events.flatMap((event) => (event.kind === 'disconnected' ? [event.cause] : []));
  assert.deepEqual(ends, Array(4).fill('long_line'));
  const share = await plainShare(miner);
  assert.equal((await miner.submit(share)).result, true);
  assert.deepEqual(paid(), [share.digest]);
});

test('T13: a storm of line ends costs an answer to nobody', async (context) => {
  const { portOf } = await zcashScene(context, { pool });
  const stranger = await Stranger.connect(portOf('zcash'));
  const lines = await stranger.say('\n\r\n'.repeat(500_000));
  assert.deepEqual(lines, []);
  assert.equal(stranger.closed, false);
});

test('T13: a line that never ends is not waited for, however often another byte of it comes', async (context) => {
  const { portOf, events } = await zcashScene(context, {
    pool: { limits: { ...ANY_NUMBER, partialLineMs: 200 } },
  });
  const stranger = await Stranger.connect(portOf('zcash'));
  await until('it is closed', () => {
    if (!stranger.closed) stranger.write('{');
    return stranger.closed;
  });
  const ends = events.flatMap((event) => (event.kind === 'disconnected' ? [event.cause] : []));
  assert.deepEqual(ends, ['partial_line']);
});

test('T13: random lines and random bytes bring no fault of ours to light', async (context) => {
  const { portOf, events, shares, rig, paid } = await zcashScene(context, { pool });
  const names = ['mining.submit', 'mining.subscribe', 'mining.authorize', 'mining.suggest_target', 'x'];
  const message = fc.record(
    {
      id: fc.jsonValue({ maxDepth: 2 }),
      method: fc.oneof(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 1 })),
      params: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 7 }), fc.jsonValue()),
      result: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    message.map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      const stranger = await Stranger.connect(portOf('zcash'));
      // Begins as a message: the first bytes of a connection are also looked at for other protocols.
      await stranger.say(
        Buffer.concat([Buffer.from('{}\n'), ...lines.flatMap((one) => [one, Buffer.of(10)])]),
      );
      assert.equal(stranger.closed, false);
      stranger.socket.destroy();
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(
    events.filter(
      (event) => event.kind === 'problem' || (event.kind === 'disconnected' && event.cause === 'fault'),
    ),
    [],
  );
  assert.deepEqual(shares(), []);
  const miner = await rig();
  assert.equal((await miner.submit(await plainShare(miner))).result, true);
  assert.equal(paid().length, 1);
});
