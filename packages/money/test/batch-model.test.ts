import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchMachine, BatchPosition } from '../src/payouts/batch-state.ts';
import { BATCH_MOVES } from '../src/payouts/batch-state.ts';
import { moveBatch } from '../src/payouts/batch-transitions.ts';
import {
  firstState,
  isOver,
  isPartTakenForWhole,
  type ModelState,
  type Mutation,
  next,
  payments,
} from './batch-model.ts';

/** More states than this would not be looked through in seconds. */
const MOST_STATES = 100_000;
const LEAST_STATES: Readonly<Record<Exclude<BatchMachine, 'nonce'>, number>> = {
  sending: 2_000,
  building: 200,
};

interface Explored {
  readonly states: ReadonlyMap<string, ModelState>;
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** The first state with two payments. */
  readonly doubled: ModelState | undefined;
  /** A state in which a part counts as the whole. */
  readonly partial: ModelState | undefined;
}

/** Looks through everything that can happen, breadth first, so a fault is found by one of its shortest ways. */
function explore(machine: BatchMachine, mutation: Mutation = {}): Explored {
  const first = firstState(machine);
  const states = new Map([[JSON.stringify(first), first]]);
  const before = new Map<string, string[]>();
  let partial: ModelState | undefined;
  for (const [key, state] of states) {
    assert.ok(states.size < MOST_STATES);
    if (payments(state) > 1) return { states, before, doubled: state, partial };
    if (isPartTakenForWhole(state)) partial ??= state;
    for (const after of next(state, mutation)) {
      const other = JSON.stringify(after);
      if (!states.has(other)) states.set(other, after);
      before.set(other, [...(before.get(other) ?? []), key]);
    }
  }
  return { states, before, doubled: undefined, partial };
}

for (const machine of ['sending', 'building'] as const) {
  test(`a ${machine} wallet, whatever it and the chain and the operator do, and wherever we crash: nothing is paid twice`, (context) => {
    const { states, before, doubled, partial } = explore(machine);
    context.diagnostic(`${states.size} states`);
    assert.equal(doubled, undefined);
    assert.equal(partial, undefined, 'only a person can say that a part was all that was paid');
    assert.ok(states.size > LEAST_STATES[machine], 'the world has not become smaller by mistake');
    // And from everywhere it can come to an end.
    const ends = [...states].filter(([, state]) => isOver(state)).map(([key]) => key);
    const ending = new Set(ends);
    for (const key of ending) for (const one of before.get(key) ?? []) ending.add(one);
    const stuck = [...states.keys()].find((key) => !ending.has(key));
    assert.equal(stuck, undefined, 'no state is without a way to an end');
  });

  test(`a ${machine} wallet: balances are free only while nothing can pay them, and every move is a named one`, () => {
    const { states } = explore(machine);
    for (const state of states.values()) {
      const { batch, number, attempts } = state;
      assert.notEqual(batch.reason, 'paid_after_release');
      if (batch.state === 'released') {
        const own = attempts.filter((one) => one.batch === number);
        assert.ok(own.every(({ truth }) => truth === 'none' || truth === 'dead'));
        assert.ok(own.every(({ operation }) => operation !== 'in_flight' && operation !== 'running'));
      }
      if (batch.state === 'settled') assert.equal(payments(state), 1);
      for (const after of next(state)) {
        const [from, to] = [batch.state, after.batch.state];
        if (from === to || from === 'held' || to === 'held' || after.number !== number) continue;
        assert.ok(BATCH_MOVES[from].includes(to), `${from} to ${to}`);
      }
    }
  });
}

const releasedOn =
  (kind: string, ...states: string[]): NonNullable<Mutation['move']> =>
  (batch, evidence) =>
    evidence.kind === kind && states.includes(batch.state)
      ? { ...batch, state: 'released' as const }
      : undefined;

const MUTANTS: Readonly<Record<string, Mutation>> = {
  'releases on an error': { move: releasedOn('doubt', 'calling', 'running') },
  'believes after a start that nothing happened': {
    move: (batch: BatchPosition, evidence) =>
      evidence.kind === 'restarted' && batch.state === 'calling'
        ? { ...batch, state: 'released' }
        : undefined,
  },
  'calls again after a start': {
    move: (batch, evidence) =>
      evidence.kind === 'restarted' && batch.state === 'calling' ? batch : undefined,
  },
  'goes on to call after it was held': {
    move: (batch, evidence) =>
      evidence.kind === 'hold' && batch.state === 'calling'
        ? { ...batch, state: 'held', heldFrom: 'reserved', reason: 'operator' }
        : undefined,
  },
  'releases what a search does not show': {
    move: (batch, evidence) =>
      evidence.kind === 'searched' && evidence.match.kind === 'none' && batch.state === 'uncertain'
        ? { ...batch, state: 'released' }
        : undefined,
  },
  'believes the expiry without a margin': { hasNoMargin: true },
  'does not ask whether the operation has ended': { asksNoEnd: true },
  'takes absence for a proof': { trustsAbsence: true },
  'lets the operator give up a batch that may be paid': { move: releasedOn('discarded', 'uncertain') },
};

for (const [name, mutation] of Object.entries(MUTANTS)) {
  test(`a program that ${name} pays twice, and the model finds it`, () => {
    assert.ok(explore('sending', mutation).doubled !== undefined);
  });
}

test('a program that takes a partly matching transaction for the whole settles batches by it, and the model finds it', () => {
  const { partial } = explore('sending', {
    move: (batch, evidence) => {
      if (evidence.kind !== 'mined') return undefined;
      const step = moveBatch(batch, { ...evidence, pays: 'whole' }, { settleDepth: 20 });
      return step.kind === 'moves' ? step.batch : batch;
    },
  });
  assert.ok(partial !== undefined);
});

test('a program that gives up a finished draft pays twice, and the model finds it', () => {
  assert.ok(explore('building', { move: releasedOn('discarded', 'finishing') }).doubled !== undefined);
  assert.ok(explore('building', { trustsAbsence: true }).doubled !== undefined);
  assert.ok(explore('building', { hasNoMargin: true }).doubled !== undefined);
});
