import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { crash } from './soak/crash.ts';

// `npm run soak` kills it 50 times.
test('kill -9 at random moments under load: every share that was answered true is in the journals, once', async (context) => {
  const { acknowledged, missing, twice } = await crash(temporaryFolder(context), 3, Math.random);
  assert.ok(acknowledged >= 3);
  assert.deepEqual({ missing, twice }, { missing: 0, twice: 0 });
});
