import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT_LINE_LIMIT, LineSplitter, SEED_BYTES, SEED_COUNT, seedsResult } from '../src/index.ts';
import {
  bytesOf,
  line,
  messages,
  ofKind,
  one,
  only,
  readyTrue,
  SEED_HASH,
  trueClient,
  trueJob,
  trueServer,
  trueSubmit,
  written,
} from './support.ts';

/** Seed i begins with i, so that a wrong order shows. */
const SEEDS = new Uint8Array(SEED_COUNT * SEED_BYTES);
for (let i = 0; i < SEED_COUNT; i += 1) new DataView(SEEDS.buffer).setUint32(i * SEED_BYTES, i * 7919);
const HASH = new Uint8Array(Buffer.from(SEED_HASH, 'hex'));
const RESULT = seedsResult(SEEDS, HASH);

const ask = (job: unknown, worker: unknown = 'miner1') =>
  line({ id: 5, method: 'mining.seedhash', params: [worker, job] });

function greeted() {
  const client = trueClient();
  client.open();
  client.line(
    line({ id: 1, result: [['mining.notify', 'session', 'TrueStratum/1.0.0'], '080c', 4], error: null }),
  );
  client.line(line({ id: 2, result: true, error: null }));
  return client;
}

test('the reply is one line of 10,240 seeds and the hash', () => {
  const asked: number[] = [];
  const session = readyTrue({
    seedsOf: (sequence) => {
      asked.push(sequence);
      return RESULT;
    },
  });
  const effects = session.line(ask('000000010000'), 0);
  const reply = only(effects) as { id: number; result: [string[], string]; error: null };
  assert.deepEqual([reply.id, reply.error, reply.result.length, reply.result[1]], [5, null, 2, SEED_HASH]);
  assert.equal(reply.result[0].length, 10_240);
  assert.equal(reply.result[0][1], '00001eef000000000000000000000000');
  assert.deepEqual(asked, [1]);
  assert.equal(written(effects).indexOf('\n'), written(effects).length - 1);
});

test('prepared bytes are sent as they are', () => {
  const prepared = bytesOf(RESULT);
  const session = readyTrue({ seedsOf: () => prepared });
  const data = ofKind(session.line(ask('000000010000'), 0), 'send').map((effect) => effect.data);
  assert.equal(data[1], prepared);
});

test('our client takes the line whole, some 360 KB in one-KiB packets, and has the same seeds', () => {
  const server = readyTrue({ seedsOf: () => RESULT });
  const client = greeted();
  const [request] = messages(client.requestSeeds('000000010000'));
  assert.deepEqual(request, { id: 5, method: 'mining.seedhash', params: ['miner1', '000000010000'] });
  const bytes = bytesOf(written(server.line(line(request), 0)));
  assert.ok(bytes.length > 358_000 && bytes.length < CLIENT_LINE_LIMIT, `${bytes.length} bytes`);
  const splitter = new LineSplitter(CLIENT_LINE_LIMIT);
  const effects = [];
  for (let at = 0; at < bytes.length; at += 1024) {
    for (const heard of splitter.push(bytes.subarray(at, at + 1024)).lines)
      effects.push(...client.line(heard));
  }
  const { seeds, datasetHash } = one(effects, 'seeds');
  assert.deepEqual(seeds, SEEDS);
  assert.deepEqual(datasetHash, HASH);
});

test('a seedhash answer overtakes answers to submissions', () => {
  const session = readyTrue({ seedsOf: () => RESULT, refreshDelayMs: () => 1e9 });
  const { token } = one(session.line(trueSubmit(244), 0), 'submit');
  assert.equal((only(session.line(ask('000000010000'), 0)) as { id: number }).id, 5);
  assert.deepEqual(only(session.verdict(token, { accepted: true, weight: 1n }, 0)), {
    id: 244,
    result: true,
    error: null,
  });
});

test('while seeds have to wait, answers wait behind them, and no submission is refused', () => {
  const session = readyTrue({ seedsOf: () => RESULT, seedsWait: true, refreshDelayMs: () => 1e9 });
  const { token } = one(session.line(trueSubmit(244), 0), 'submit');
  assert.deepEqual(session.line(ask('000000010000'), 0), [{ kind: 'seeds' }]);
  assert.equal(session.seedsDue, true);
  assert.deepEqual(session.verdict(token, { accepted: true, weight: 1n }, 0), []);
  // Another request for seeds, and an unknown method, from the same packet.
  assert.equal(written(session.line(ask('000000010000'), 0)), '');
  assert.equal(written(session.line(line({ id: 9, method: 'what' }), 0)), '');
  // A job has a method, so the miner does not take it for the answer.
  assert.match(written(session.job(trueJob(2), true, 0)), /mining.notify/);
  const sent = messages(session.giveSeeds()) as { id: number; result: unknown }[];
  assert.deepEqual(
    sent.map(({ id }) => id),
    [5, 244, 5, 9],
  );
  const [seeds] = sent;
  assert.deepEqual(seeds, { id: 5, result: JSON.parse(RESULT), error: null });
  assert.equal(session.seedsDue, false);
  assert.deepEqual(session.giveSeeds(), []);
});

test('a miner may ask for the seeds of an old job, even of an earlier connection', () => {
  const session = readyTrue({ seedsOf: (sequence) => (sequence === 0x99 ? RESULT : undefined) });
  assert.equal((only(session.line(ask('000000990007'), 0)) as { id: number }).id, 5);
});

test('a request that cannot be answered is refused with a reason', () => {
  const error = (code: number, message: string) => ({ id: 5, result: false, error: [code, message, null] });
  assert.deepEqual(
    only(trueServer().line(ask('000000010000'), 0)),
    error(25, 'Not subscribed: subscribe first'),
  );
  const session = readyTrue({ seedsOf: (sequence) => (sequence === 1 ? RESULT : undefined) });
  for (const worker of ['other', null, 5, '__proto__']) {
    assert.deepEqual(
      only(session.line(ask('000000010000', worker), 0)),
      error(24, 'Unauthorized worker: params[0] must be an authorised worker'),
    );
  }
  for (const job of ['000000020000', 'bf0488aa', '', null, 1, {}, '000000010000 ']) {
    assert.deepEqual(only(session.line(ask(job), 0)), error(-1, 'Job not found: params[1] must be a job id'));
  }
  assert.deepEqual(
    only(session.line(line({ id: 5, method: 'mining.seedhash' }), 0)),
    error(24, 'Unauthorized worker: params[0] must be an authorised worker'),
  );
});

test('any wrong answer to a request for seeds ends the connection', () => {
  const good = JSON.parse(RESULT) as [string[], string];
  const changed = (index: number, seed: unknown) => [
    good[0].map((old, i) => (i === index ? seed : old)),
    good[1],
  ];
  for (const result of [
    null,
    false,
    [],
    {},
    'seeds',
    [good[0]],
    [good[0], null],
    [good[0], good[1].slice(1)],
    [good[0], `0x${good[1]}`],
    [good[0].slice(1), good[1]],
    [[...good[0], good[0][0]], good[1]],
    [good[0].join(''), good[1]],
    changed(0, null),
    changed(10_239, 'zz'.repeat(16)),
    changed(5000, '00'.repeat(15)),
    changed(5000, `0x${'00'.repeat(15)}`),
    changed(5000, ['00']),
  ]) {
    const client = greeted();
    client.requestSeeds('j');
    const effects = client.line(line({ id: 5, result, error: null }));
    assert.deepEqual(effects, [
      {
        kind: 'broken',
        cause: 'bad_answer',
        detail: 'no usable answer to mining.seedhash: 10240 seeds and a hash were expected',
      },
    ]);
  }
});

test('the client ignores seeds that it did not ask for', () => {
  assert.deepEqual(greeted().line(bytesOf(`{"id":5,"result":${RESULT},"error":null}`)), []);
});
