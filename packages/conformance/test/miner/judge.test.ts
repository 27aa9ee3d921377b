import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EquihashSolver, encodeZcashHeader, equihashSizes, TrueHashDataset, TrueHasher } from '@adit/pow';
import { concatBytes, encodeHex, uint32LE } from '@adit/primitives';
import { firstNonceOf } from '@adit/stratum';
import { runMinerProbe } from '../../src/index.ts';
import type { MinerCheck } from '../../src/miner/check.ts';
import { faultOf, type SentJob, type ShareVerdict } from '../../src/miner/probe/job.ts';
import { Datasets } from '../../src/miner/truestratum/datasets.ts';
import { TrueStratumMinerDialect } from '../../src/miner/truestratum/dialect.ts';
import { ZcashMinerDialect } from '../../src/miner/zcash/dialect.ts';
import { pass } from '../../src/report/finding.ts';
import { type Fault, ScriptedMiner, SMALL } from './scripted-miner.ts';

const zcash = new ZcashMinerDialect(SMALL);
const truestratum = new TrueStratumMinerDialect(new Datasets());

function jobOf(dialect: typeof zcash | typeof truestratum, nonce1: Uint8Array, target: bigint): SentJob {
  return { id: 'j', work: dialect.newWork(), clean: true, target, targetByVardiff: true, nonce1, sentAt: 0 };
}

/** A valid share, as a submission. */
function solved(job: SentJob): readonly string[] {
  if (job.work.kind !== 'zcash') throw new Error('no Zcash work');
  const solver = new EquihashSolver(SMALL);
  for (let i = 0; ; i += 1) {
    const nonce2 = concatBytes(uint32LE(i), new Uint8Array(24));
    const header = encodeZcashHeader({ ...job.work, nonce: concatBytes(job.nonce1, nonce2) });
    const [solution] = solver.solve(header);
    if (solution === undefined) continue;
    const { prefix } = equihashSizes(SMALL);
    return [
      'a',
      'j',
      encodeHex(uint32LE(job.work.time)),
      encodeHex(nonce2),
      encodeHex(concatBytes(prefix, solution)),
    ];
  }
}

function says(verdict: ShareVerdict): string {
  return verdict.valid ? 'valid' : `${verdict.code} ${verdict.fault}`;
}

test('a Zcash share is judged in every part, and is valid only where all are right', () => {
  const job = jobOf(zcash, Uint8Array.of(1, 2, 3, 4), zcash.widestTarget);
  const share = solved(job);
  const judge = (params: readonly unknown[], changes: Partial<SentJob> = {}) =>
    says(zcash.judge(params, { ...job, ...changes }).verdict);
  const [, , time = '', nonce2 = '', solution = ''] = share;
  assert.equal(judge(share), 'valid');
  assert.equal(judge(share.map((param) => param.toUpperCase())), 'valid');
  assert.match(judge(share.slice(0, 4)), /^20 it has 4 parameters/);
  assert.match(judge([...share, 'x']), /^20 it has 6 parameters/);
  for (const wrong of ['', time.slice(2), `0x${time.slice(2)}`, 7, null]) {
    assert.match(judge(share.with(2, wrong as string)), /^20 its time is not/);
  }
  const rolled = (seconds: number) =>
    encodeHex(uint32LE((job.work.kind === 'zcash' ? job.work.time : 0) + seconds));
  assert.match(judge(share.with(2, rolled(-1))), /^20 its time is/);
  assert.match(judge(share.with(2, rolled(7_201))), /^20 its time is/);
  // Another time within the range makes another header, for which the solution is wrong.
  assert.match(judge(share.with(2, rolled(1))), /^20 its solution does not solve/);
  for (const wrong of ['', nonce2.slice(2), `${nonce2}00`, `${nonce2.slice(0, -1)}g`, null]) {
    assert.match(judge(share.with(3, wrong as string)), /^20 its nonce2 is not 28 bytes/);
  }
  assert.match(judge(share.with(3, `ff${nonce2.slice(2)}`)), /^20 its solution does not solve/);
  assert.match(judge(share, { nonce1: Uint8Array.of(1, 2, 3, 5) }), /^20 its solution does not solve/);
  for (const wrong of [
    solution.slice(2),
    `fd2400${solution.slice(2)}`,
    `25${solution.slice(2)}`,
    `${solution}00`,
  ]) {
    assert.match(judge(share.with(4, wrong)), /^20 its solution is not 24 and 36 bytes/);
  }
  assert.match(judge(share.with(4, 'zz')), /^20 its solution is not hex/);
  assert.match(judge(share.with(4, `24${'00'.repeat(36)}`)), /^20 its solution does not solve/);
  assert.match(judge(share, { target: 1n }), /^23 its hash is above the target/);
});

test('a TrueHash share is judged by either half, and by what its nonce may mean', () => {
  const nonce1 = Uint8Array.of(0x80, 0x0c);
  const job = jobOf(truestratum, nonce1, 1n << 122n);
  if (job.work.kind !== 'truestratum') throw new Error('no TrueHash work');
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const { headerHash } = job.work;
  const shareFrom = (start: bigint) => hasher.scan(headerHash, start, 1 << 16, job.target).found?.nonce ?? 0n;
  const countedIn = (nonce: bigint) => nonce & ((1n << 48n) - 1n);
  // The number that it counted is a share itself once in 32 times, and then the first reading counts.
  const standsAlone = (nonce: bigint) =>
    hasher.scan(headerHash, countedIn(nonce), 1, job.target).found !== undefined;
  let nonce = shareFrom(firstNonceOf(nonce1));
  while (standsAlone(nonce)) nonce = shareFrom(nonce + 1n);
  const judge = (text: unknown, changes: Partial<SentJob> = {}) =>
    says(truestratum.judge(['a', 'j', text], { ...job, ...changes }).verdict);
  assert.equal(judge(nonce.toString()), 'valid');
  // The number that the miner counted means the same share.
  const counted = countedIn(nonce);
  assert.equal(judge(counted.toString()), 'valid');
  const keyOf = (value: bigint) => truestratum.judge(['a', 'j', value.toString()], job).key;
  assert.equal(keyOf(counted), keyOf(nonce));
  // Where both readings are shares, they are two shares, and each counts once.
  let both = nonce;
  while (!standsAlone(both)) both = shareFrom(both + 1n);
  assert.notEqual(keyOf(countedIn(both)), keyOf(both));
  assert.match(judge(nonce.toString(), { target: 1n }), /^23 neither half/);
  for (const wrong of [
    `0x${nonce.toString(16)}`,
    `0${nonce}`,
    `-${nonce}`,
    ` ${nonce}`,
    Number(counted),
    null,
    '',
  ]) {
    assert.match(judge(wrong), /^20 its nonce is not an unsigned decimal/);
  }
  assert.match(judge((1n << 64n).toString()), /^20 its nonce is not below 2\^64/);
  assert.match(says(truestratum.judge(['a', 'j'], job).verdict), /^20 it has 2 parameters/);
});

test('the probe gives the seeds of a job that another connection had', () => {
  const dialect = new TrueStratumMinerDialect(new Datasets());
  const job = { ...jobOf(dialect, Uint8Array.of(1), 1n), id: 'before' };
  const seeds = (id: unknown) => dialect.answer('mining.seedhash', ['alice', id], new Map());
  assert.deepEqual(seeds('before'), { code: 21, words: 'Job not found' });
  dialect.notifyLine(job);
  assert.ok('result' in (seeds('before') ?? {}));
  for (let i = 0; i < 5_000; i += 1) dialect.notifyLine({ ...job, id: `later-${i}` });
  assert.deepEqual(seeds('before'), { code: 21, words: 'Job not found' });
  assert.deepEqual(seeds({ toString: 1 }), { code: 20, words: 'The job id must be a string' });
});

/** How the session judges the first submission of a miner with this fault. */
async function firstFault(fault: Fault): Promise<string> {
  let miner: ScriptedMiner | undefined;
  let said = '';
  const words = { title: '', rules: [], sent: '', expected: '' };
  const check: MinerCheck = {
    id: 'ask',
    group: 'conformance',
    dialects: ['zcash'],
    ...words,
    run: async (probe) => {
      const session = await probe.nextSession({});
      if (await session.loggedIn()) session.sendJob();
      const first = await session.submission();
      said = first === undefined ? 'nothing' : faultOf(first);
      return pass('');
    },
  };
  await runMinerProbe(
    { host: '127.0.0.1', port: 0, dialect: 'zcash', equihash: SMALL },
    {
      checks: [check],
      onListening: (_host, port) => {
        miner = new ScriptedMiner({ port, dialect: 'zcash' }, fault);
      },
    },
  );
  miner?.die();
  return said;
}

test('a share needs an id, a worker that has logged in, and a job of its connection', async () => {
  assert.equal(await firstFault({}), 'a valid share');
  assert.match(await firstFault({ submitId: () => null }), /it has no id/);
  assert.match(
    await firstFault({ shares: (params) => [params.with(0, 'somebody.else')] }),
    /the worker "somebody\.else" is not authorised/,
  );
  assert.match(
    await firstFault({ shares: (params) => [params.with(1, '__proto__')] }),
    /the job "__proto__" is none/,
  );
  assert.match(await firstFault({ shares: () => [[]] }), /does not begin with a worker and a job id/);
});
