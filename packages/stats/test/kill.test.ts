import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStats } from '@adit/stats';
import { folder, journalTemplate, record, START_MS, TestJournal } from '@adit/test-kit/test-journal';
import { dump } from './support/dump.ts';
import { takeAll } from './support/rebuilt.ts';

const script = fileURLToPath(new URL('./support/take-until-killed.ts', import.meta.url));
/** A process costs 0.4 s; `ADIT_KILLS=200` is the long form. */
const KILLS = Number(process.env['ADIT_KILLS'] ?? 5);
const SHARES = 150;

test('statistics whose reader is killed again and again are those of one that was left alone', async (t) => {
  const dataFolder = folder(t);
  const template = await journalTemplate(dataFolder);
  const clock = path.join(dataFolder, 'clock');
  const file = path.join(dataFolder, 'stats.db');
  const journals = ['a', 'b'].map((name) => new TestJournal(template, dataFolder, name));
  t.after(() => {
    for (const journal of journals) journal.close();
  });
  let time = 0;
  const tick = () => {
    writeFileSync(`${clock}.new`, String(START_MS + time * 1000 + 1));
    renameSync(`${clock}.new`, clock);
  };
  const append = (journal: TestJournal | undefined) => {
    time += 1;
    // One of ten comes a second time, mostly to the other journal.
    const number = time % 10 === 0 ? time - 7 : time;
    journal?.append(
      record(number, {
        timeMs: START_MS + time * 1000,
        workGroup: `g${Math.floor(number / 100)}`,
        account: `account${number % 7}`,
        worker: `account${number % 7}.rig${number % 5}`,
        weight: BigInt(1 + (number % 5)) * 2n ** 70n,
        outcome: number % 97 === 0 ? 'block' : 'share',
      }),
    );
  };
  tick();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, ['--conditions=adit-source', script, dataFolder, file, clock], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    const enough = Promise.withResolvers<void>();
    let lines = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
      if (lines > kill % 9) enough.resolve();
    });
    for (let i = 0; i < SHARES; i += 1) {
      append(journals[i % 3 === 0 ? 0 : 1]);
      if (i % 20 === 0) {
        tick();
        await new Promise(setImmediate);
      }
    }
    tick();
    await Promise.race([enough.promise, ended]);
    // Somewhere within the next step.
    await new Promise((resolve) => setTimeout(resolve, (kill % 10) * 2));
    child.kill('SIGKILL');
    const [, signal] = await ended;
    assert.equal(signal, 'SIGKILL');
  }
  const nowMs = START_MS + time * 1000 + 1;
  const killed = openStats(file);
  takeAll(dataFolder, nowMs, { db: killed });
  const fresh = takeAll(dataFolder, nowMs);
  assert.deepEqual(dump(killed), dump(fresh));
  const shares = fresh.prepare('SELECT shares FROM subject WHERE kind = 0').pluck().get();
  assert.equal(shares, KILLS * SHARES * 0.9);
  killed.close();
  fresh.close();
});
