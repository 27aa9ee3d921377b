import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AditError, messageOf } from '@adit/primitives';
import { readStatusDocument } from '../src/control/status-document.ts';

/**
 * What a pool of the first version of the document answers: the fields that came later are not there. Pools of that version
 * run, so nobody may change the file while `STATUS_VERSION` is 1.
 */
const FIRST = new URL('fixtures/status-1.json', import.meta.url);

const first = (): Record<string, unknown> => JSON.parse(readFileSync(FIRST, 'utf8'));

/** Reads what a pool of the first version answers. */
function readOld(answer: unknown): ReturnType<typeof readStatusDocument> {
  try {
    return readStatusDocument(answer);
  } catch (error) {
    if (!(error instanceof AditError)) throw error;
    return assert.fail(
      `\`adit status\` cannot read what a pool of before answers: ${messageOf(error)}. A new field of status-document.ts needs .default(null) behind .nullable(), or another default; never change ${FIRST.pathname}`,
    );
  }
}

test('adit status reads the answer of a pool that has none of the later fields, and shows their defaults', () => {
  const { chains, ports, journal, ...rest } = readOld(first());
  assert.deepEqual(
    [rest.version, rest.adit, rest.notReadyCauses, rest.bansUnsaved, rest.bansProblem],
    [1, '0.1.0', [], 0, null],
  );
  assert.equal(journal.cause, null);
  assert.deepEqual(
    ports.map(({ certificateEndsMs }) => certificateEndsMs),
    [null],
  );
  const defaults = { clocks: [], rate: 0, accepted: 0, refused: 0, found: {} };
  for (const { clocks, rate, accepted, refused, found } of chains)
    assert.deepEqual({ clocks, rate, accepted, refused, found }, defaults);
});

test('a field without a default fails with its name, and with what its author has to do', () => {
  const { bans: _, ...without } = first();
  assert.throws(() => readOld(without), /\(bans: .*\.default\(null\)/);
});
