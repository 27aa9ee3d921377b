import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CertificateWatch } from '../src/ports/certificate-watch.ts';
import type { Problem } from '../src/problem.ts';

const DAY_MS = 86_400_000;
const ENDS_MS = Date.UTC(2027, 0, 31);

function setUp() {
  const problems: Problem[] = [];
  let now = 0;
  const watch = new CertificateWatch({
    now: () => now,
    onProblem: (problem) => {
      problems.push(problem);
    },
  });
  const look = (certificateEndsMs: number | undefined, nowMs: number) => {
    now = nowMs;
    watch.look([{ port: 'asic', chain: 'zcash', certificateEndsMs }]);
  };
  return { problems, look };
}

test('a certificate that ends within two weeks is reported once a day, with its last day', () => {
  const { problems, look } = setUp();
  look(ENDS_MS, ENDS_MS - 15 * DAY_MS);
  assert.equal(problems.length, 0);
  for (let hour = 0; hour < 49; hour += 1) look(ENDS_MS, ENDS_MS - 3 * DAY_MS + hour * 3_600_000);
  assert.deepEqual(
    problems.map(({ detail }) => detail),
    [
      'it ends on 2027-01-31, in 3 days: renew it',
      'it ends on 2027-01-31, in 2 days: renew it',
      'it ends on 2027-01-31, in 1 days: renew it',
    ],
  );
  const [first] = problems;
  assert.deepEqual([first?.cause, first?.chain, first?.port], ['certificate_ends', 'zcash', 'asic']);
});

test('a certificate that has ended is reported as such, and a renewed one no more', () => {
  const { problems, look } = setUp();
  look(ENDS_MS, ENDS_MS + 1);
  assert.match(problems[0]?.detail ?? '', /^it ended on 2027-01-31, and miners refuse it: renew it$/);
  look(ENDS_MS + 90 * DAY_MS, ENDS_MS + 2);
  look(undefined, ENDS_MS + 3);
  assert.equal(problems.length, 1);
  // Another one that was forgotten is told at once, although the last report was a moment ago.
  look(ENDS_MS + DAY_MS, ENDS_MS + 4);
  assert.equal(problems.length, 2);
});

test('a new certificate that ends soon as well is told at once, also within a day of the last report', () => {
  const { problems, look } = setUp();
  look(ENDS_MS, ENDS_MS - 3 * DAY_MS);
  look(ENDS_MS + DAY_MS, ENDS_MS - 3 * DAY_MS + 1);
  look(ENDS_MS + DAY_MS, ENDS_MS - 3 * DAY_MS + 2);
  assert.equal(problems.length, 2);
});
