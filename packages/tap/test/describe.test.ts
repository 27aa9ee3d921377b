import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ConversationEvent, Describer, rawText } from '../src/index.ts';

/** A conversation written as `miner line` and `pool line`, one millisecond apart. */
function told(...lines: readonly (readonly ['>' | '<', unknown])[]): string[] {
  const describer = new Describer();
  return lines.map(([arrow, message], at) =>
    describer.describe({
      at,
      connection: 1,
      from: arrow === '>' ? 'miner' : 'pool',
      line: typeof message === 'string' ? message : JSON.stringify(message),
    }),
  );
}

const hash = (digit: string) => digit.repeat(64);

test('a Zcash conversation reads as what it means', () => {
  const texts = told(
    ['>', { id: 1, method: 'mining.subscribe', params: ['adit/0.1.0', null, '127.0.0.1', 3333] }],
    ['<', { id: 1, result: ['5c8bb72a', '2ab78b5c'], error: null }],
    ['>', { id: 2, method: 'mining.authorize', params: ['alice.rig1', '***'] }],
    ['<', { id: 2, result: true, error: null }],
    ['<', { id: null, method: 'mining.set_target', params: [`01${'99a0'.repeat(15)}99`] }],
    [
      '<',
      {
        id: null,
        method: 'mining.notify',
        params: ['0000002a', '04000000', hash('1'), hash('2'), hash('3'), '47b98b5c', 'e9a91b1f', true],
      },
    ],
    [
      '>',
      {
        id: 4,
        method: 'mining.submit',
        params: ['alice.rig1', '0000002a', '47b98b5c', `09${'00'.repeat(27)}`, `fd4005${'ab'.repeat(1344)}`],
      },
    ],
    ['<', { id: 4, result: null, error: [23, 'Low difficulty share', null] }],
  );
  assert.deepEqual(texts, [
    '-> mining.subscribe #1 agent adit/0.1.0 session null host 127.0.0.1 port 3333',
    '<- mining.subscribe #1 ok after 1.0 ms: session 5c8bb72a nonce1 2ab78b5c',
    '-> mining.authorize #2 worker alice.rig1 password ***',
    '<- mining.authorize #2 ok after 1.0 ms',
    '<- mining.set_target target 0199a099a099a099.. (one solution in 159, difficulty 0.01953 of the main chain)',
    '<- mining.notify job 0000002a prevhash 1111111111111111.. merkleroot 2222222222222222.. reserved 3333333333333333.. time 2019-03-15T14:40:07Z bits 1f1ba9e9 clean',
    '-> mining.submit #4 worker alice.rig1 job 0000002a time 2019-03-15T14:40:07Z nonce2 09000000..00000000 solution fd4005ababababab.. (1347 bytes)',
    '<- mining.submit #4 refused after 1.0 ms: 23 (low difficulty) Low difficulty share',
  ]);
});

test('a subscription that begins with the host has its host, port, agent and session under their names', () => {
  const says = (...params: readonly unknown[]) =>
    told(['>', { id: 1, method: 'mining.subscribe', params }]).map((text) => text.slice(23));
  const named = 'host pool.lan port 3333 agent zogminer/0.2 session';
  assert.deepEqual(says('pool.lan', 3333, 'zogminer/0.2', null), [`${named} null`]);
  assert.deepEqual(says('pool.lan', '3333', 'zogminer/0.2', '5c8b'), [`${named} 5c8b`]);
  assert.deepEqual(says('pool.lan', 3333, 'zogminer/0.2'), ['host pool.lan port 3333 agent zogminer/0.2']);
  // A session may be a number of the miner's own, and the port stands where ZIP 301 has it.
  assert.deepEqual(says('x/1', 1234, 'pool.lan', '3333'), ['agent x/1 session 1234 host pool.lan port 3333']);
  assert.deepEqual(says('x/1', 1_112_233, 'pool.lan', 3333), [
    'agent x/1 session 1112233 host pool.lan port 3333',
  ]);
  assert.deepEqual(says('x/1', null, 'pool.lan'), ['["x/1",null,"pool.lan"]']);
});

test('a TrueStratum conversation too, where all submissions have the id 244', () => {
  const submit = (nonce: string) => ({
    method: 'mining.submit',
    params: ['miner1', 'job1_1', nonce],
    id: 244,
  });
  const texts = told(
    ['>', { id: 1, method: 'mining.subscribe', params: ['cpuminer/0.1.0', 'TrueStratum/0.1.0'] }],
    ['<', { id: 1, result: [['mining.notify', 'ae68', 'TrueStratum/1.0.0'], '08c2', 4], error: null }],
    ['<', { id: null, method: 'mining.set_difficulty', params: [`00ff${'ff'.repeat(14)}`] }],
    ['<', { id: null, method: 'mining.notify', params: ['job1_1', hash('a'), hash('b'), false] }],
    ['>', submit('12746283679700578177')],
    ['>', submit('0')],
    ['<', { id: 244, result: true, error: null }],
    ['<', { id: 244, result: false, error: [-1, 'Job not found', null] }],
    ['<', { id: 244, result: true, error: null }],
    ['<', { id: 7, method: 'client.get_version' }],
    ['>', { id: 7, error: null, result: 'cpuminer/0.1.0' }],
    ['<', { id: null, method: 'mining.set_difficulty', params: ['0545415ab8418cbb'] }],
  );
  assert.deepEqual(texts, [
    '-> mining.subscribe #1 agent cpuminer/0.1.0 speaks TrueStratum/0.1.0',
    '<- mining.subscribe #1 ok after 1.0 ms: session ae68 nonce1 08c2 size of nonce2 4 (TrueStratum/1.0.0)',
    '<- mining.set_difficulty target 00ffffffffffffff.. (one hash in 128)',
    '<- mining.notify job job1_1 dataset aaaaaaaaaaaaaaaa.. header bbbbbbbbbbbbbbbb.. older jobs stay',
    '-> mining.submit #244 worker miner1 job job1_1 nonce 12746283679700578177',
    '-> mining.submit #244 worker miner1 job job1_1 nonce 0',
    '<- mining.submit #244 ok after 2.0 ms',
    '<- mining.submit #244 refused after 2.0 ms: -1 (job not found, in the TrueStratum document) Job not found',
    '<- answer #244 ok to nothing that was asked',
    '<- client.get_version #7',
    '-> client.get_version #7 ok after 1.0 ms: "cpuminer/0.1.0"',
    '<- mining.set_difficulty "0545415ab8418cbb" (not a target of 32 hex digits)',
  ]);
});

test('faults and unknown methods are described, and shortened', () => {
  const texts = told(
    ['>', '{"id":1'],
    ['>', '[]'],
    ['>', { id: 9, method: 'mining.dance', params: ['x'.repeat(500)] }],
    ['<', { id: 9, result: null, error: { code: -32601, message: 'no' } }],
    ['<', { id: 9, error: 'odd' }],
  );
  assert.deepEqual(texts.slice(0, 2), [
    '-> no message (the line is not valid JSON): {"id":1',
    '-> no message (batches are not supported: send one object a line): []',
  ]);
  assert.match(texts[2] ?? '', /^-> mining\.dance #9 \["x{100,200}\.\.\. \(\d+ characters\) \(unknown\)$/);
  assert.equal(texts[3], '<- mining.dance #9 refused after 1.0 ms: -32601 (unknown method) no');
  assert.equal(texts[4], '<- answer #9 refused to nothing that was asked: "odd"');
});

test('events that are not lines are described too', () => {
  const describer = new Describer();
  const at = { at: 0, connection: 1 };
  const texts = (
    [
      { ...at, event: 'opened' },
      { ...at, from: 'pool', omitted: 370_000, reason: 'too long' },
      { ...at, from: 'pool', bytes: 'ff41' },
      { ...at, from: 'miner', line: '' },
      { ...at, from: 'miner', line: '{"id":1,"result":true}', end: '' },
      { ...at, event: 'ended', from: 'pool' },
      { ...at, event: 'closed', reason: 'pool: ECONNRESET' },
    ] satisfies ConversationEvent[]
  ).map((event) => describer.describe(event));
  assert.deepEqual(texts, [
    '== connection opened',
    '<- a line of 370000 bytes, not shown: too long',
    '<- no message (the line is not valid UTF-8): ÿA',
    '-> an empty line',
    '-> answer #1 ok to nothing that was asked (the line has no end)',
    '== the pool says no more',
    '== connection closed: pool: ECONNRESET',
  ]);
});

test('a message whose every part is junk is shortened as a whole too', () => {
  const junk = Array.from({ length: 12 }, (_, i) => i * 1.25e-300);
  const notify = { id: null, method: 'mining.notify', params: Array.from({ length: 9 }, () => junk) };
  const event = { at: 0, connection: 1, from: 'pool' as const, line: JSON.stringify(notify) };
  const shown = new Describer().describe(event);
  assert.match(shown, /^<- mining\.notify job \[0,1\.25e-300,/);
  assert.match(shown, /\.\.\. \([0-9]{4} characters\)$/);
  assert.ok(shown.length < 1_000);
});

test('any input is described without an error, in one line, without control characters', () => {
  const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
  const method = fc.oneof(
    fc.constantFrom(
      'mining.subscribe',
      'mining.authorize',
      'mining.set_target',
      'mining.set_difficulty',
      'mining.notify',
      'mining.submit',
      'mining.seedhash',
      'client.reconnect',
      'client.show_message',
    ),
    fc.string({ unit: 'binary' }),
  );
  const message = fc.oneof(
    fc.record({ id: value, method, params: fc.array(value) }),
    fc.record({ id: value, result: value, error: value }),
    value,
  );
  const line = fc.oneof(
    message.map((any) => JSON.stringify(any)),
    fc.string({ unit: 'binary' }),
  );
  const list = fc.array(fc.tuple(fc.constantFrom<'miner' | 'pool'>('miner', 'pool'), line), { maxLength: 6 });
  fc.assert(
    fc.property(list, (lines) => {
      const describer = new Describer();
      for (const [from, text] of lines) {
        const event = { at: 0, connection: 1, from, line: text };
        for (const shown of [describer.describe(event), rawText(event)]) {
          assert.match(shown, /^[^\p{C}\p{Zl}\p{Zp}]+$/u);
        }
        assert.ok(describer.describe(event).length < 1_000);
      }
    }),
    { numRuns: 200 },
  );
});
