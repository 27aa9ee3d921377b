import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from '@adit/primitives';
import type { Dialect } from '@adit/stratum';
import { MINER_CHECKS, type MinerProbeLimits, runMinerProbe } from '../../src/index.ts';
import type { Finding } from '../../src/report/finding.ts';
import { FAULTS } from './faults.ts';
import { type Fault, ScriptedMiner, SMALL } from './scripted-miner.ts';

/** All miners run in one thread, which stands still while a dataset is built. The long grace keeps late shares from being faults. */
const BRIEF = { graceMs: 4_000, silentMs: 300, paceMs: 15 };
/** Short waits for messages that must not come: a healthy miner never sends them. */
const HEALTHY: Partial<MinerProbeLimits> = {
  ...BRIEF,
  quietMs: 100,
  leaveMs: 3_000,
  answerMs: 20_000,
  shareMs: 20_000,
  returnMs: 20_000,
};
/** For faulty miners: messages that must come do not, so those waits are short. Messages that must not come end their long waits. */
const FAULTY: Partial<MinerProbeLimits> = {
  ...BRIEF,
  quietMs: 1_500,
  leaveMs: 1_000,
  answerMs: 4_000,
  shareMs: 2_500,
  returnMs: 2_500,
};
/** Checks that run at the same time: most of their time is spent waiting. */
const LANES = 8;

async function play(
  id: string,
  dialect: Dialect,
  limits: Partial<MinerProbeLimits>,
  fault: Fault,
): Promise<Finding> {
  let miner: ScriptedMiner | undefined;
  try {
    const [finding] = await runMinerProbe(
      { host: '127.0.0.1', port: 0, dialect, equihash: SMALL, limits, only: [id] },
      {
        onListening: (_host, port) => {
          miner = new ScriptedMiner({ port, dialect }, fault);
        },
      },
    );
    if (finding === undefined) throw new Error(`no finding for ${id}`);
    return finding;
  } finally {
    miner?.die();
  }
}

/** Runs several at a time, so that their waits overlap. */
async function each<T>(cases: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const left = [...cases];
  const errors: unknown[] = [];
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift())
      await run(one).catch((error: unknown) => errors.push(error));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(messageOf).join('\n\n'));
}

const lines = ({ wire }: Finding) => wire.map(({ from, text }) => `${from} ${text}`).join('\n');

test('there is a fault for every check, and no check twice', () => {
  const ids = MINER_CHECKS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)),
    [],
  );
  assert.deepEqual([...ids].sort(), Object.keys(FAULTS).sort());
});

test('a miner without a fault passes every check, each alone, in every dialect that it has', async () => {
  const cases = MINER_CHECKS.flatMap(({ id, dialects }) => dialects.map((dialect) => ({ id, dialect })));
  await each(cases, async ({ id, dialect }) => {
    const finding = await play(id, dialect, HEALTHY, {});
    assert.equal(finding.outcome, 'pass', `${dialect} ${id}: ${finding.came}\n${lines(finding)}`);
    assert.ok(!JSON.stringify(finding).includes('a-secret-word'), `${id} shows the password`);
  });
});

test('every check finds its fault, and says what it is', async () => {
  await each(MINER_CHECKS, async ({ id, dialects: [dialect = 'zcash'] }) => {
    const named = FAULTS[id];
    if (named === undefined) throw new Error(`no fault for ${id}`);
    const finding = await play(id, dialect, { ...FAULTY, ...named.limits }, named.fault);
    assert.equal(finding.outcome, 'fail', `${id}: ${finding.outcome}: ${finding.came}\n${lines(finding)}`);
    assert.match(finding.came, named.came, `${id}\n${lines(finding)}`);
  });
});
