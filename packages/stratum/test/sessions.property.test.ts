import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ClientEffect, parseMessage, REJECTS, type ServerSession, type Verdict } from '../src/index.ts';
import * as trueDocument from './document-truestratum.ts';
import * as zcashDocument from './document-zcash.ts';
import {
  bytesOf,
  hex,
  messages,
  NONCE2,
  ofKind,
  readyTrue,
  readyZcash,
  SEED_HASH,
  trueClient,
  trueServer,
  written,
  zcashClient,
  zcashServer,
} from './support.ts';

/** Requests of miners, which the test damages. */
const FROM_MINERS: readonly string[] = [
  zcashDocument.SUBSCRIBE,
  zcashDocument.AUTHORIZE,
  trueDocument.SUBSCRIBE,
  trueDocument.AUTHORIZE,
  '{"id":3,"method":"mining.authorize","params":["w.1","x"]}',
  `{"id":4,"method":"mining.submit","params":["w.1","00000001","47b98b5c","${NONCE2}","0401020304"]}`,
  `{"id":4,"method":"mining.submit","params":["w.1","00000001","47b98b5c","a1b2c3d4${NONCE2}","0401020304"]}`,
  '{"id":244,"method":"mining.submit","params":["miner1","000000010000","1060"]}',
  trueDocument.SEEDHASH,
  '{"id":5,"method":"mining.seedhash","params":["miner1","000000010000"]}',
  '{"id":6,"method":"mining.extranonce.subscribe","params":[]}',
  `{"id":7,"method":"mining.suggest_target","params":["${'7f'.repeat(32)}"]}`,
  '{"id":8,"method":"mining.configure","params":[["x"],{"y":1}]}',
  '{"id":"version","error":null,"result":"cpuminer/0.1.0"}',
];

/** Messages of pools. */
const FROM_POOLS: readonly string[] = [
  zcashDocument.SUBSCRIBE_REPLY,
  zcashDocument.AUTHORIZE_REPLY,
  zcashDocument.SET_TARGET,
  zcashDocument.NOTIFY,
  zcashDocument.SUBMIT_REPLY,
  '{"id":4,"result":null,"error":[21,"Job not found",null]}',
  '{"id":null,"method":"mining.set_extranonce","params":["0102"]}',
  trueDocument.SUBSCRIBE_REPLY,
  trueDocument.SET_DIFFICULTY,
  trueDocument.NOTIFY,
  trueDocument.ACCEPTED,
  trueDocument.REFUSED,
  `{"id":5,"result":[["00000000000000000000000000000000"],"${SEED_HASH}"],"error":null}`,
  '{"id":null,"method":"client.reconnect","params":["host",3333,1]}',
  '{"id":1,"method":"client.show_message","params":["text"]}',
  '{"id":2,"method":"client.get_version","params":[]}',
];

const oddText = fc.constantFrom(
  '',
  '0',
  '00',
  '0x00',
  'f'.repeat(64),
  '0'.repeat(64),
  'f'.repeat(32),
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  'x'.repeat(3000),
  'mining.submit',
  'mining.subscribe',
  'mining.notify',
  '18446744073709551616',
);
const oddNumber = fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, 1e308, Number.MAX_SAFE_INTEGER);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 2, arbitrary: oddNumber },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: 5 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

type Damage =
  | { readonly kind: 'none' }
  | { readonly kind: 'member'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'param'; readonly index: number; readonly value: unknown }
  | { readonly kind: 'drop'; readonly key: string }
  | { readonly kind: 'char'; readonly at: number; readonly char: string };

const damages = (keys: readonly string[]): fc.Arbitrary<Damage> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('member' as const),
        key: fc.constantFrom(...keys),
        value: odd,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('param' as const), index: fc.nat({ max: 7 }), value: odd }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('drop' as const), key: fc.constantFrom(...keys) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('char' as const),
        at: fc.nat(),
        char: fc.constantFrom('"', '{', ']', ',', '\\', '\u0000', '9', '\ufeff', '\ud83d'),
      }),
    },
  );

function damaged(text: string, damage: Damage, id?: string): string {
  if (damage.kind === 'char') {
    const at = damage.at % (text.length + 1);
    return text.slice(0, at) + damage.char + text.slice(at + 1);
  }
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(text);
  } catch {
    return text; // Some of the documents' examples are no JSON: they are damaged as they are.
  }
  if (id !== undefined) message['id'] = id;
  if (damage.kind === 'member') message[damage.key] = damage.value;
  if (damage.kind === 'drop') delete message[damage.key];
  const list = Array.isArray(message['params']) ? message['params'] : message['result'];
  if (damage.kind === 'param' && Array.isArray(list)) list[damage.index] = damage.value;
  return JSON.stringify(message);
}

const lines = (base: readonly string[], keys: readonly string[], maxLength = 30) =>
  fc.array(fc.tuple(fc.constantFrom(...base), damages(keys)), { maxLength });

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constant({ accepted: true, weight: 1n } as const),
  fc
    .constantFrom(...(Object.keys(REJECTS) as (keyof typeof REJECTS)[]))
    .map((reason) => ({ accepted: false, reason }) as const),
);

interface Answer {
  readonly id: unknown;
  readonly result: unknown;
  readonly error: [number, string, null] | null;
}

/** Gives all lines to a session, judges what it hands out in any order, and returns the answers. */
function run(
  session: ServerSession<unknown>,
  input: readonly string[],
  verdicts: readonly Verdict[],
  shuffle: readonly number[],
): Answer[] {
  const waiting: number[] = [];
  const answers: Answer[] = [];
  const take = (effects: ReturnType<ServerSession<unknown>['line']>) => {
    for (const message of messages(effects))
      if (!Object.hasOwn(message as object, 'method')) answers.push(message as Answer);
    waiting.push(...ofKind(effects, 'submit').map(({ token }) => token));
    assert.equal(ofKind(effects, 'close').length, 0);
  };
  let turn = 0;
  const judge = () => {
    const at = (shuffle[turn % shuffle.length] ?? 0) % waiting.length;
    const [token = -1] = waiting.splice(at, 1);
    take(session.verdict(token, verdicts[turn % verdicts.length] ?? { accepted: true, weight: 1n }, turn));
    turn += 1;
  };
  input.forEach((text, now) => {
    take(session.line(bytesOf(text), now));
    if (now % 3 === 2 && waiting.length > 1) judge();
  });
  while (waiting.length > 0) judge();
  return answers;
}

const SERVERS: readonly [string, () => ServerSession<unknown>, null | false][] = [
  ['Zcash', zcashServer, null],
  ['a ready Zcash', readyZcash, null],
  ['a ready trailing Zcash', () => readyZcash({ nonceLayout: 'trailing', jobOnSubscribe: true }), null],
  ['TrueStratum', trueServer, false],
  ['a ready TrueStratum', () => readyTrue({ refreshDelayMs: () => 0, seedsOf: () => '[[],""]' }), false],
];
const order = fc.array(fc.nat(), { minLength: 1, maxLength: 10 });
const verdictList = fc.array(verdict, { minLength: 1, maxLength: 6 });

for (const [name, open, failed] of SERVERS) {
  test(`${name} server answers every damaged request exactly once and never throws`, () => {
    fc.assert(
      fc.property(
        lines(FROM_MINERS, ['id', 'method', 'params', 'result', '__proto__']),
        verdictList,
        order,
        (drawn, verdicts, shuffle) => {
          const input = drawn.map(([text, damage]) => damaged(text, damage));
          const expected = input.flatMap((text) => {
            const message = parseMessage(bytesOf(text));
            return message.kind === 'request' || message.kind === 'fault'
              ? [JSON.stringify(JSON.parse(message.id))]
              : [];
          });
          const answers = run(open(), input, verdicts, shuffle);
          assert.deepEqual(answers.map(({ id }) => JSON.stringify(id)).sort(), expected.sort());
          for (const { result, error } of answers) {
            if (error === null) continue;
            assert.equal(result, failed);
            assert.equal(error.length, 3);
            assert.ok([20, 21, 22, 23, 24, 25, -1].includes(error[0]));
            assert.match(error[1], /^[\x20-\x7e]+$/);
            assert.equal(error[2], null);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test(`${name} server answers submissions in the order in which they came`, () => {
    const submissions = FROM_MINERS.filter((text) => text.includes('mining.submit'));
    fc.assert(
      fc.property(lines(submissions, ['params'], 40), verdictList, order, (drawn, verdicts, shuffle) => {
        const input = drawn.flatMap(([text, damage], i) =>
          damage.kind === 'char' ? [] : [damaged(text, damage, `s${i}`)],
        );
        // An answer to a request that is not a submission does not wait.
        const ids = input.flatMap((text) => {
          const message = parseMessage(bytesOf(text));
          return message.kind === 'request' ? [JSON.parse(message.id) as string] : [];
        });
        const answered = run(open(), input, verdicts, shuffle).map(({ id }) => id as string);
        assert.deepEqual(
          answered.filter((id) => ids.includes(id)),
          ids,
        );
      }),
      { numRuns: 200 },
    );
  });
}

const KINDS = [
  'send',
  'ready',
  'job',
  'result',
  'message',
  'reconnect',
  'broken',
  'refused',
  'other_dialect',
  'note',
  'seeds',
];

interface AnyClient {
  open(): { readonly kind: string }[];
  line(line: Uint8Array): { readonly kind: string }[];
}

function hear(
  session: AnyClient,
  drawn: readonly (readonly [string, Damage])[],
): { readonly kind: string }[] {
  const effects = [...session.open()];
  for (const [text, damage] of drawn) {
    const raw = damaged(text, damage);
    const now = session.line(bytesOf(raw));
    const message = parseMessage(bytesOf(raw));
    const asks = message.kind === 'request' && message.id !== 'null';
    const answers = messages(now).filter((sent) => !Object.hasOwn(sent as object, 'method'));
    assert.ok(answers.length <= (asks ? 1 : 0));
    if (message.kind === 'request' && asks && message.method === 'client.get_version')
      assert.equal(answers.length, 1);
    effects.push(...now);
  }
  for (const effect of effects) assert.ok(KINDS.includes(effect.kind), effect.kind);
  // The client's texts about the pool are fit for a terminal.
  for (const effect of effects as ClientEffect<unknown>[]) {
    const said =
      effect.kind === 'note' || effect.kind === 'message'
        ? effect.text
        : 'detail' in effect
          ? effect.detail
          : 'reason' in effect
            ? effect.reason
            : '';
    assert.ok(said.length < 300 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(said), said);
  }
  assert.equal(written(effects).split('\n').length - 1, messages(effects).length);
  return effects;
}

test('our Zcash client takes any line without an exception, and its jobs are always fit to mine', () => {
  fc.assert(
    fc.property(lines(FROM_POOLS, ['id', 'method', 'params', 'result', 'error']), (drawn) => {
      const session = zcashClient();
      for (const effect of hear(session, drawn) as ReturnType<typeof session.line>) {
        if (effect.kind !== 'job') continue;
        const { version, prevHash, merkleRoot, reserved, nonce1, target } = effect.job;
        assert.equal(version, 4);
        assert.deepEqual([prevHash.length, merkleRoot.length, reserved.length], [32, 32, 32]);
        assert.ok(nonce1.length < 32 && target > 0n && target < 1n << 256n);
      }
      assert.deepEqual(
        session.submit({ jobId: 'never', time: 0, nonce: new Uint8Array(32), solution: hex('00') }, 1),
        [],
      );
    }),
    { numRuns: 500 },
  );
});

test('our TrueStratum client takes any line without an exception, and its jobs are always fit to mine', () => {
  fc.assert(
    fc.property(lines(FROM_POOLS, ['id', 'method', 'params', 'result', 'error']), (drawn) => {
      const session = trueClient();
      session.open();
      session.requestSeeds('j');
      for (const effect of hear(session, drawn) as ReturnType<typeof session.line>) {
        if (effect.kind === 'seeds') assert.equal(effect.seeds.length, 163_840);
        if (effect.kind !== 'job') continue;
        const { datasetHash, headerHash, nonce1, target } = effect.job;
        assert.deepEqual([datasetHash.length, headerHash.length], [32, 32]);
        assert.ok(nonce1.length <= 3 && target > 0n && target < 1n << 128n);
      }
      assert.deepEqual(session.submit({ jobId: 'never', nonce: 0n }, 1), []);
    }),
    { numRuns: 500 },
  );
});
