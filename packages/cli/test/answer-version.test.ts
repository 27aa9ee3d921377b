import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { ANSWER_VERSION, readAnswer, refusalLine, resultLine } from '../src/control/answer.ts';
import { askPool } from '../src/control/client.ts';
import { banResult, processResult, RESULTS, reloadResult } from '../src/control/results.ts';

/** A control socket that says these lines, whatever it is asked. */
async function saying(context: TestContext, ...lines: string[]): Promise<string> {
  const file = path.join(temporaryFolder(context), 'control.sock');
  const server = createServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.end(`${lines.shift()}\n`)),
  ).listen(file);
  context.after(() => server.close());
  await once(server, 'listening');
  return file;
}

test('every answer has the version, results and refusals alike', () => {
  for (const line of [resultLine(undefined), resultLine({ pid: 1 }), resultLine(1n), refusalLine('A', 'b')])
    assert.equal(JSON.parse(line).version, ANSWER_VERSION);
});

test('an answer of a newer pool is refused with both versions, also if its form is unknown', async (context) => {
  const newer = ANSWER_VERSION + 1;
  const file = await saying(
    context,
    JSON.stringify({ version: newer, ok: true, result: {} }),
    JSON.stringify({ version: newer, ok: false, code: 'ADIT_UPGRADE', message: 'no' }),
    JSON.stringify({ version: newer, outcome: 'other form' }),
  );
  for (let asked = 0; asked < 3; asked += 1) {
    await assert.rejects(askPool(file, { command: 'reload' }), {
      code: 'ADIT_NEWER_POOL',
      message: /its answers have version 2, and this program knows 1/,
    });
  }
});

test('an answer without a version, as older pools give it, is read', async (context) => {
  const file = await saying(
    context,
    '{"ok":true,"result":{"pid":7}}',
    '{"ok":false,"code":"ADIT_UPGRADE","message":"no work"}',
  );
  assert.deepEqual(await askPool(file, { command: 'stop' }), { pid: 7 });
  await assert.rejects(askPool(file, { command: 'upgrade' }), { code: 'ADIT_UPGRADE', message: 'no work' });
});

test('what is not an answer has no version, and is not one', () => {
  for (const line of ['', '{', 'null', '[]', '{"ok":1}', '{"version":"2","ok":true,"result":1}'.slice(0, -1)])
    assert.equal(readAnswer(line), undefined, line);
});

test('a result has the fields of its schema, and nothing else of the inner value', () => {
  const inner = { subject: 'a', reason: 'b', sinceMs: 1, untilMs: 2, times: 3, secret: 4n };
  const ban = banResult(inner);
  assert.deepEqual(RESULTS.ban.strict().parse(ban), ban);
  const reloaded = reloadResult({ applied: ['a'], needsUpgrade: [], needsRestart: [] });
  assert.deepEqual(RESULTS.reload.strict().parse(reloaded), reloaded);
  assert.deepEqual(RESULTS.stop.strict().parse(processResult(7)), { pid: 7 });
});
