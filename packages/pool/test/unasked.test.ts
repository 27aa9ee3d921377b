import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portBench } from './support/port-bench.ts';
import { scriptedZcash } from './support/scripted-zcash.ts';

const ANSWER = '{"id":null,"result":true,"error":null}';

test('a flood of unasked answers slows its connections, and is an offence', async (context) => {
  const { engine } = await scriptedZcash(context);
  const { miner, port, events } = await portBench(context, engine);
  const miners = Array.from({ length: 100 }, () => miner());
  // Each connection alone stays below its rate: 100 at once.
  for (const one of miners) for (let i = 0; i < 60; i += 1) one.send(ANSWER);
  assert.ok(port.status.slowed > 4_000, `${port.status.slowed} pauses`);
  const told = events.filter((event) => event.kind === 'conduct' && event.offence === 'flood');
  assert.ok(told.length > 0);
});

test('miners of a farm that answer notifications do not commit an offence', async (context) => {
  const { engine } = await scriptedZcash(context);
  const { miner, port, pass, events } = await portBench(context, engine);
  const miners = Array.from({ length: 500 }, () => miner());
  for (const one of miners) {
    one.say('mining.subscribe', ['rig']);
    one.say('mining.authorize', ['farm.1', 'x']);
    for (let i = 0; i < 4; i += 1) one.send(ANSWER);
  }
  for (let job = 0; job < 4; job += 1) {
    pass(20);
    for (const one of miners) for (let i = 0; i < 2; i += 1) one.send(ANSWER);
  }
  assert.equal(port.status.slowed, 0);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'conduct'),
    [],
  );
});
