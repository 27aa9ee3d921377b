import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ZcashWork, zcashChain } from '@adit/chain';
import { decodeHex } from '@adit/primitives';
import { ZcashJobs } from '../src/zcash/jobs.ts';

const CHAIN = zcashChain('zcash-devnet-48_5');
const bytes = (byte: number) => new Uint8Array(32).fill(byte);

/** Works as a node makes them: the merkle root follows from `content`. */
function workOf(changes: { tip?: number; content?: number; time?: number; bits?: number } = {}): ZcashWork {
  const { tip = 1, content = 1, time = 1_000, bits = 0x1f0fffff } = changes;
  return {
    kind: 'zcash',
    id: `${tip}-${content}-${time}`,
    chain: CHAIN,
    height: 100,
    version: 4,
    prevHash: bytes(tip),
    merkleRoot: bytes(content),
    reserved: bytes(9),
    time,
    bits,
    target: 1n << 240n,
    minTime: 900,
    maxTime: 9_000,
    coinbase: decodeHex('00', 1, 'coinbase'),
    transactions: [],
    empty: true,
  };
}

interface Setup {
  readonly jobs: ZcashJobs;
  readonly clock: { now: number };
  /** Moves the tip, with this work as the first on it. */
  move(work: ZcashWork): ReturnType<ZcashJobs['take']>;
}

function setup(vary: (work: ZcashWork) => ZcashWork | undefined = () => undefined): Setup {
  const clock = { now: 0 };
  const jobs = new ZcashJobs(
    { chain: CHAIN, firstJobSequence: 1 },
    { vary, now: () => clock.now, wallClock: () => 1_000_000 },
  );
  return {
    jobs,
    clock,
    move(work) {
      jobs.retireOthers(Buffer.from(work.prevHash).toString('hex'));
      return jobs.take(work);
    },
  };
}

/** Varies a work: each time it gets another merkle root, which stands for a random text. */
function varying(): (work: ZcashWork) => ZcashWork {
  let drawn = 100;
  return (work) => {
    drawn += 1;
    return { ...work, merkleRoot: bytes(drawn) };
  };
}

test('a work that comes again at a later time keeps its number, and has the newer times', () => {
  const { jobs } = setup();
  const first = jobs.take(workOf());
  const again = jobs.take({ ...workOf({ time: 1_500 }), maxTime: 9_500 });
  assert.deepEqual([first.sequence, again.sequence], [1, 1]);
  assert.ok(again.order > first.order);
  assert.equal(jobs.find(1)?.job.work.work.maxTime, 9_500);
});

test('a difference in any field of a header space makes another number', () => {
  const { jobs } = setup();
  const works = [workOf(), workOf({ content: 2 }), workOf({ bits: 0x1f0ffffe }), { ...workOf(), version: 5 }];
  const numbers = works.map((work) => jobs.take(work).sequence);
  assert.deepEqual(numbers, [1, 2, 3, 4]);
  assert.equal(jobs.take({ ...workOf(), reserved: bytes(8) }).sequence, 5);
});

test('a work of a tip that comes back has its former number, and counts again', () => {
  const { jobs, move } = setup();
  jobs.take(workOf({ tip: 1 }));
  move(workOf({ tip: 2 }));
  assert.notEqual(jobs.find(1)?.staleSince, undefined);
  const back = move(workOf({ tip: 1 }));
  assert.equal(back.sequence, 1);
  assert.equal(jobs.find(1)?.staleSince, undefined);
  assert.equal(jobs.current, back);
});

test('a work that was forgotten and comes back is mined, but never paid', () => {
  const { jobs, clock, move } = setup();
  jobs.take(workOf({ tip: 1 }));
  move(workOf({ tip: 2 }));
  clock.now = 600_001;
  move(workOf({ tip: 3 }));
  assert.equal(jobs.find(1), undefined);
  for (let i = 0; i < 3; i += 1) {
    const back = move(workOf({ tip: 1 }));
    assert.ok(back.sequence > 3);
    assert.notEqual(jobs.find(back.sequence)?.staleSince, undefined, 'its shares are stale');
    move(workOf({ tip: 3 }));
  }
  const other = move(workOf({ tip: 1, content: 2 }));
  assert.equal(jobs.find(other.sequence)?.staleSince, undefined, 'what is new on that tip counts');
});

test('varied work is new each time, and so is the work for all connections', () => {
  const { jobs } = setup(varying());
  const numbers = [jobs.take(workOf()), jobs.own(), jobs.own(), jobs.again(), jobs.take(workOf())];
  assert.deepEqual(
    numbers.map((job) => job?.sequence),
    [1, 2, 3, 4, 5],
  );
  const roots = [1, 2, 3, 4, 5].map((number) => jobs.find(number)?.job.work.work.merkleRoot[0]);
  assert.deepEqual(roots, [101, 102, 103, 104, 105]);
});

test('where work cannot be varied the same work goes out again under its number, and no connection gets a work of its own', () => {
  const { jobs } = setup();
  assert.equal(jobs.own(), undefined);
  assert.equal(jobs.again(), undefined);
  jobs.take(workOf());
  assert.equal(jobs.own(), undefined);
  assert.deepEqual([jobs.again()?.sequence, jobs.current?.order], [1, 2]);
});

test('a work with only another order of transactions is not sent, and varied works are made from it', () => {
  const { jobs } = setup(varying());
  jobs.take(workOf());
  jobs.keep(workOf({ content: 2 }));
  assert.equal(jobs.current?.sequence, 1);
  const own = jobs.own();
  assert.equal(own?.sequence, 2);
  assert.equal(jobs.find(2)?.job.work.work.id, workOf({ content: 2 }).id);
  const opaque = setup();
  opaque.jobs.take(workOf());
  opaque.jobs.keep(workOf({ content: 2 }));
  assert.equal(opaque.jobs.own(), undefined);
});

test('the terms of a varied work are its own number, and those of an opaque work are two heights old', () => {
  const made = (vary: boolean, heights: readonly number[], secondsApart = 60) => {
    const { jobs, clock } = setup(vary ? varying() : undefined);
    let tip = 0;
    return heights.map((height) => {
      tip += 1;
      clock.now += secondsApart * 1_000;
      return jobs.take({ ...workOf({ tip }), height }).terms;
    });
  };
  assert.deepEqual(made(true, [100, 100, 101, 102]), [1, 2, 3, 4]);
  // A target that was asked for while the pool knew no height waits as well.
  assert.deepEqual(made(false, [100, 100, 101, 102, 102, 103, 104]), [0, 0, 0, 3, 3, 4, 6]);
  // Tips that are lower, as high, and higher than one before, and one that comes several blocks late.
  assert.deepEqual(made(false, [100, 101, 102, 101, 102, 103]), [0, 0, 2, 0, 2, 3]);
});

test('heights that come at once, or are skipped, were public before the pool had them, and count as one', () => {
  const made = (steps: readonly (readonly [height: number, seconds: number])[]) => {
    const { jobs, clock } = setup();
    return steps.map(([height, seconds]) => {
      clock.now += seconds * 1_000;
      return jobs.take({ ...workOf({ tip: height }), height }).terms;
    });
  };
  // A node lagged by two blocks, and gets them one after the other.
  assert.deepEqual(
    made([
      [100, 0],
      [101, 60],
      [102, 200],
      [103, 1],
      [104, 60],
      [105, 60],
    ]),
    [0, 0, 2, 0, 2, 5],
  );
  // The same where both blocks come at once.
  assert.deepEqual(
    made([
      [100, 0],
      [101, 60],
      [103, 200],
      [104, 60],
      [105, 60],
    ]),
    [0, 0, 0, 2, 4],
  );
  // A node that claims a height far beyond the chain delays new targets only while the pool uses its work.
  assert.deepEqual(
    made([
      [100, 0],
      [101, 60],
      [400, 60],
      [102, 60],
      [103, 60],
      [104, 60],
    ]).slice(3),
    [0, 0, 5],
  );
});

test('opaque and varied works may alternate, and the oldest terms cover both', () => {
  let opaque = true;
  const draw = varying();
  const { jobs, clock } = setup((work) => (opaque ? undefined : draw(work)));
  const give = (height: number, isOpaque: boolean) => {
    opaque = isOpaque;
    clock.now += 60_000;
    return jobs.take({ ...workOf({ tip: height }), height }).terms;
  };
  assert.deepEqual(
    [give(100, false), give(101, false), give(102, true), give(103, false), give(104, true)],
    [1, 2, 2, 4, 4],
  );
});

test('liveSince is the time of the oldest work that counts or may come back', () => {
  const { jobs, clock, move } = setup();
  assert.equal(jobs.liveSince, Number.POSITIVE_INFINITY);
  clock.now = 10;
  jobs.take(workOf({ tip: 1 }));
  clock.now = 20;
  move(workOf({ tip: 2 }));
  assert.equal(jobs.liveSince, 10, 'the node may go back to the first tip');
  clock.now = 600_021;
  move(workOf({ tip: 3 }));
  assert.equal(jobs.liveSince, 20);
  const varied = setup(varying());
  varied.clock.now = 10;
  varied.jobs.take(workOf({ tip: 1 }));
  varied.clock.now = 20;
  varied.move(workOf({ tip: 2 }));
  assert.equal(varied.jobs.liveSince, 20, 'a work with a text of its own never comes back');
});
