import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChainPulse } from '../../src/truechain/chain-pulse.ts';

/** A node that answers as a test wants, and a clock that only the test moves. */
function rig() {
  const state = { now: 0, fast: 100, waiting: 0, snail: 7, silent: false };
  const say = async (value: number): Promise<number> => {
    if (state.silent) throw new Error('no such method');
    return value;
  };
  const pulse = new ChainPulse({
    now: () => state.now,
    node: {
      fastNumber: () => say(state.fast),
      waitingFruits: () => say(state.waiting),
      snailNumber: () => say(state.snail),
    },
  });
  const { signal } = new AbortController();
  /** Looks every five seconds for this time. */
  const goOn = async (seconds: number, each: () => void = () => {}): Promise<void> => {
    for (let i = 0; i < seconds; i += 5) {
      state.now += 5_000;
      each();
      pulse.look(signal);
      await pulse.looking;
    }
  };
  return { state, pulse, goOn };
}

function detailOf({ complaint }: ChainPulse): string {
  return complaint?.detail ?? '';
}

test('the pulse complains about a fast chain that stands still for a minute, until it moves again', async () => {
  const { state, pulse, goOn } = rig();
  const grow = () => {
    state.fast += 2;
  };
  await goOn(120, grow);
  assert.equal(pulse.complaint, undefined);
  await goOn(55);
  assert.equal(pulse.complaint, undefined);
  await goOn(5);
  assert.match(detailOf(pulse), /its fast chain stands still at block 148/);
  await goOn(5, grow);
  assert.equal(pulse.complaint, undefined);
});

test('time without looks does not count as a standstill of the fast chain', async () => {
  const { state, pulse, goOn } = rig();
  await goOn(10);
  state.now += 3_600_000;
  await goOn(55);
  assert.equal(pulse.complaint, undefined);
  await goOn(10);
  assert.ok(pulse.complaint);
});

test('the pulse complains about a node that accepts fruits and shows none of them', async () => {
  const { state, pulse, goOn } = rig();
  const grow = () => {
    state.fast += 2;
  };
  for (let i = 0; i < 3; i += 1) pulse.fruitTaken();
  await goOn(25, grow);
  assert.equal(pulse.complaint, undefined);
  await goOn(5, grow);
  assert.match(detailOf(pulse), /its pool of fruits stays empty/);
  state.waiting = 1;
  await goOn(5, grow);
  assert.equal(pulse.complaint, undefined);
});

test('the pulse does not complain about a pool that a new snail block has emptied, nor after two fruits', async () => {
  const { state, pulse, goOn } = rig();
  const live = () => {
    state.fast += 2;
    state.snail += 1;
    pulse.fruitTaken();
  };
  await goOn(300, live);
  assert.equal(pulse.complaint, undefined);
  const other = rig();
  for (let i = 0; i < 2; i += 1) other.pulse.fruitTaken();
  await other.goOn(300, () => {
    other.state.fast += 1;
  });
  assert.equal(other.pulse.complaint, undefined);
});

test('a node that does not offer these calls is not judged by them', async () => {
  const { state, pulse, goOn } = rig();
  state.silent = true;
  for (let i = 0; i < 30; i += 1) pulse.fruitTaken();
  await goOn(600);
  assert.equal(pulse.complaint, undefined);
});
