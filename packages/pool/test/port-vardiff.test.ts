import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equihashSizes } from '@adit/pow';
import { encodeHex, targetToHex } from '@adit/primitives';
import type { Verdict } from '@adit/stratum';
import { until } from '@adit/test-kit/until';
import { portBench } from './support/port-bench.ts';
import { CHAIN, NOON, scriptedZcash } from './support/scripted-zcash.ts';

const START = 1n << 20n;
const target = (weight: bigint) => targetToHex((1n << 256n) / weight - 1n, 32);
/** A target that makes blocks too rare to matter. */
const template = { bits: '1b0fffff' } as const;

test('a miner that authorises 45 s after its subscription begins at the start target', async (context) => {
  const { engine, jobs } = await scriptedZcash(context, { template });
  const { miner, pass, port, events } = await portBench(context, engine);
  const late = miner();
  late.say('mining.subscribe', ['late']);
  pass(45);
  const job = jobs.at(-1);
  assert.ok(job !== undefined);
  port.broadcast(job.job, true);
  pass(1);
  late.say('mining.authorize', ['w.1', 'x']);
  assert.deepEqual(late.last('mining.set_target'), [target(START)]);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'target_changed'),
    [],
  );
  pass(8);
  assert.equal(
    events.filter(({ kind }) => kind === 'target_changed').length,
    1,
    'from then on silence counts',
  );
});

test('a miner that waits for the node’s first work begins at the start target, and a later outage does not count as silence', async (context) => {
  const { engine, jobs, node } = await scriptedZcash(context, { template, down: true });
  const { miner, pass, port, events } = await portBench(context, engine);
  const early = miner();
  early.say('mining.subscribe', ['early']);
  early.say('mining.authorize', ['w.1', 'x']);
  pass(40);
  assert.equal(early.last('mining.set_target'), undefined);
  node.down = false;
  await until('work', () => jobs.length > 0 && engine.outageSince === undefined);
  port.broadcast((jobs.at(-1) as (typeof jobs)[number]).job, true);
  pass(4);
  assert.deepEqual(early.last('mining.set_target'), [target(START)]);
  // Four of the six seconds have passed after which silence would count.
  let outage = true;
  context.mock.getter(engine, 'outageSince', () => (outage ? 1 : undefined));
  pass(300);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'target_changed'),
    [],
  );
  outage = false;
  pass(2);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'target_changed'),
    [],
  );
  pass(2);
  assert.equal(events.filter(({ kind }) => kind === 'target_changed').length, 1);
});

test('a suggested difficulty is read as the port reads it, and holds two heights later where works can be foreseen', async (context) => {
  const { engine, jobs, next, clock } = await scriptedZcash(context, { template });
  const { miner, pass, port } = await portBench(context, engine, {
    weightOfDifficulty: (text) => BigInt(Math.round(Number(text) * 1000)),
  });
  const firmware = miner();
  firmware.say('mining.subscribe', ['firmware']);
  firmware.say('mining.suggest_difficulty', [64]);
  assert.equal(firmware.heard.at(-1)?.result, true);
  firmware.say('mining.authorize', ['w.1', 'x']);
  for (const parent of [2, 3, 4]) {
    clock.now += 60_000;
    await next({ parent, height: 100 + parent, curtime: NOON + 60 * parent });
    port.broadcast((jobs.at(-1) as (typeof jobs)[number]).job, true);
    pass(1);
  }
  assert.deepEqual(firmware.last('mining.set_target'), [target(64_000n)]);
});

test('a port without difficulties answers a suggested one, and ignores it', async (context) => {
  const { engine, jobs } = await scriptedZcash(context, { template });
  const { miner, port, pass } = await portBench(context, engine);
  port.broadcast((jobs.at(-1) as (typeof jobs)[number]).job, true);
  pass(1);
  const firmware = miner();
  firmware.say('mining.subscribe', ['firmware']);
  firmware.say('mining.suggest_difficulty', ['64']);
  assert.equal(firmware.heard.at(-1)?.result, true);
  firmware.say('mining.authorize', ['w.1', 'x']);
  assert.deepEqual(firmware.last('mining.set_target'), [target(START)]);
});

test('a miner that overlooks its new target is told so once, and is counted in the status', async (context) => {
  const { engine, jobs, next, clock } = await scriptedZcash(context, { template });
  const { miner, pass, port } = await portBench(context, engine);
  const { prefix, solutionBytes } = equihashSizes(CHAIN.equihash);
  const solution = encodeHex(prefix) + '00'.repeat(solutionBytes);
  const deaf = miner();
  const give = async (parent: number) => {
    clock.now += 60_000;
    await next({ parent, height: 100 + parent, curtime: NOON + 60 * parent });
    port.broadcast((jobs.at(-1) as (typeof jobs)[number]).job, true);
    pass(1);
  };
  await give(2);
  deaf.say('mining.subscribe', ['deaf']);
  deaf.say('mining.authorize', ['w.1', 'x']);
  // The hashes of the miner only meet the start target. From the third tip on the pool uses another one.
  let verdict: Verdict = { accepted: true, weight: START };
  context.mock.method(engine, 'judge', () => Promise.resolve(verdict));
  let nonce = 0;
  const submit = async () => {
    nonce += 1;
    const nonce2 = nonce.toString(16).padStart(56, '0');
    deaf.say('mining.submit', ['w.1', deaf.last('mining.notify')?.[0], '00000000', nonce2, solution]);
    await new Promise(setImmediate);
  };
  deaf.say('mining.suggest_target', [target(START * 64n)]);
  await give(3);
  await give(4);
  await give(5);
  assert.deepEqual(deaf.last('mining.set_target'), [target(START * 64n)]);
  assert.equal(port.status.overlooking, 0);
  verdict = { accepted: false, reason: 'low_difficulty', achieved: START * 3n };
  for (let i = 0; i < 40; i += 1) {
    pass(2);
    await submit();
  }
  const told = deaf.heard.filter(({ method }) => method === 'client.show_message');
  assert.equal(told.length, 1);
  assert.match(String(told[0]?.params?.[0]), /overlooks new targets/);
  assert.equal(port.status.overlooking, 1);
});

test('a share of the former target after a new one is evidence of the former weight', async (context) => {
  const { engine, jobs } = await scriptedZcash(context, { template });
  const { port, pass, miner, events } = await portBench(context, engine);
  port.broadcast((jobs.at(-1) as (typeof jobs)[number]).job, true);
  pass(1);
  const { prefix, solutionBytes } = equihashSizes(CHAIN.equihash);
  const stale = miner();
  stale.say('mining.subscribe', ['stale']);
  stale.say('mining.authorize', ['w.1', 'x']);
  context.mock.method(engine, 'judge', () => Promise.resolve({ accepted: false, reason: 'stale_job' }));
  const solution = encodeHex(prefix) + '00'.repeat(solutionBytes);
  for (let second = 0; second < 30; second += 1) {
    const nonce2 = second.toString(16).padStart(56, '0');
    stale.say('mining.submit', ['w.1', stale.last('mining.notify')?.[0], '00000000', nonce2, solution]);
    await new Promise(setImmediate);
    pass(1);
  }
  // One share a second at the start weight is twice the pace of learning, so the weight rises little.
  const wanted = events.flatMap((event) => (event.kind === 'target_changed' ? [event.weight] : []));
  assert.ok(
    wanted.every((weight) => weight > START / 4n && weight < START * 8n),
    String(wanted),
  );
});
