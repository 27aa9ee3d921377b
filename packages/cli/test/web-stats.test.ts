import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openStats } from '@adit/stats';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { journalTemplate, record, TestJournal } from '@adit/test-kit/test-journal';
import { webOf } from './support/web.ts';

test('statistics of another version are made anew, and the web shows the new ones', async (t) => {
  const data = temporaryFolder(t);
  const journal = new TestJournal(await journalTemplate(data), data, 'a');
  for (let i = 0; i < 20; i += 1) journal.append(record(i, { timeMs: Date.now() - 60_000 + i * 1_000 }));
  journal.close();
  const old = openStats(path.join(data, 'stats.db'));
  old.prepare("UPDATE meta SET value = '0' WHERE name = 'version'").run();
  old.close();
  const web = webOf(data, () => undefined);
  const url = `http://127.0.0.1:${await web.start()}/api/v1/pool`;
  t.after(() => web.close());
  const deadline = performance.now() + 40_000;
  while (!/"h1":{[^}]*"shares":19,/.test(await (await fetch(url)).text())) {
    assert.ok(performance.now() < deadline, 'the figures stay those of the file that was removed');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});
