import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';

test('a digest that is hex text, or has another length, is refused: all such digests would be one share', async (context) => {
  const journal = new ShareJournal({ dataFolder: temporaryFolder(context) });
  context.after(() => journal.close());
  await journal.opened();
  const share = {
    timeMs: 1,
    network: 'zcash',
    chain: 'zcash',
    height: 1,
    workId: 'w',
    workGroup: 'g',
    account: 'a',
    worker: 'a.1',
    dialect: 'zcash',
    weight: 1n,
    shareTarget: 1n,
    networkTarget: 1n,
    outcome: 'share',
  } as const;
  for (const digest of ['ab'.repeat(32) as unknown as Uint8Array, new Uint8Array(31)]) {
    await assert.rejects(journal.append({ ...share, digest }), {
      code: 'ADIT_BAD_BYTES',
      message: /the digest/,
    });
  }
  assert.equal(await journal.append({ ...share, digest: new Uint8Array(32) }), 'kept');
});
