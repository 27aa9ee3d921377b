import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@adit/test-kit/until';
import { FROM, trueEngine } from './support/engines.ts';

/** A target that one nonce in four meets. */
const TARGET = (1n << 128n) / 8n;
const prefix = (value: bigint) => value << 40n;

function firstNonce(accept: (nonce: bigint) => boolean): bigint {
  for (let nonce = 0n; ; nonce += 1n) if (accept(nonce)) return nonce;
}

test('two miners may send the same short nonce at once: each is judged with its own nonce1', async (context) => {
  const { engine, verifier, journal, job, isShare } = await trueEngine(context, { held: true });
  const [a, b] = [prefix(0x80_0001n), prefix(0x80_0002n)];
  // A nonce that is not a share by itself, but is one with either prefix.
  const short = firstNonce(
    (nonce) => !isShare(nonce, TARGET) && isShare(a | nonce, TARGET) && isShare(b | nonce, TARGET),
  );
  const submit = (nonce1: bigint) =>
    engine.judge(
      {
        worker: 'alice.rig',
        jobSequence: job.sequence,
        nonces: [short, nonce1 | short],
        target: TARGET,
        credited: TARGET,
        easiest: TARGET,
      },
      FROM,
    );
  const verdicts = Promise.all([submit(a), submit(b), submit(a)]);
  verifier.release();
  assert.deepEqual(
    (await verdicts).map((verdict) => (verdict.accepted ? 'accepted' : verdict.reason)).sort(),
    ['accepted', 'accepted', 'duplicate_share'],
  );
  assert.equal(journal.kept.length, 2);
  // Neither spelling of the nonce counts again.
  assert.deepEqual(await submit(a), { accepted: false, reason: 'duplicate_share' });
});

test('a fruit goes to the node without waiting for a journal that hangs; its credit waits', async (context) => {
  const { engine, devnet, journal, verifier, job } = await trueEngine(context, {
    fruitDifficulty: 16n,
    hungJournal: true,
  });
  const verdicts: unknown[] = [];
  // One nonce in 16 is a fruit. That none of these 512 is one happens once in 10^14 runs.
  for (let nonce = 0n; nonce < 512n && devnet.acceptedFruits === 0; nonce += 1n) {
    const share = {
      worker: 'alice.rig',
      jobSequence: job.sequence,
      nonces: [nonce],
      target: TARGET,
      credited: TARGET,
      easiest: TARGET,
    };
    void engine.judge(share, FROM).then((verdict) => verdict.accepted && verdicts.push(verdict));
    // All of them at once would not fit into the queue, and most would be refused without a check.
    await until('it is checked', () => verifier.queued === 0);
  }
  await until('the node has a fruit', () => devnet.acceptedFruits > 0);
  assert.deepEqual(verdicts, []);
  journal.letRead();
  await until('credit', () => verdicts.length > 0);
  assert.equal(journal.kept.length, verdicts.length);
});

test('a share for a header that is too old is stale and not credited, but a fruit goes to the node', async (context) => {
  let now = 0;
  const { engine, journal, job, events } = await trueEngine(context, {
    fruitDifficulty: 16n,
    monotonic: () => now,
  });
  let nonce = 0n;
  const judgeNext = async () => {
    nonce += 1n;
    const share = {
      worker: 'alice.rig',
      jobSequence: job.sequence,
      nonces: [nonce],
      target: TARGET,
      credited: TARGET,
      easiest: TARGET,
    };
    const verdict = await engine.judge(share, FROM);
    return verdict.accepted || verdict.reason;
  };
  const handedIn = () => events.filter(({ kind }) => kind === 'block_submitted').length;
  while (handedIn() === 0) await judgeNext();
  // The fruit brings another header, and then the first one is too old.
  now += 11 * 60_000;
  await until('the header is retired', () => engine.oldestLiveJob > job.sequence);
  const credited = journal.kept.length;
  const before = handedIn();
  while (handedIn() === before) assert.equal(await judgeNext(), 'stale_job');
  assert.equal(journal.kept.length, credited);
});
