import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { askPool } from '../src/control/client.ts';
import { readStatusDocument } from '../src/control/status-document.ts';
import { fieldSchema, LINES, type LogEvent } from '../src/log/lines.ts';
import { LINE_VERSION } from '../src/log/logger.ts';
import { startedPool } from './support/started-pool.ts';

const pool = new URL('../../pool/src/index.ts', import.meta.url).href;

/** Loaded before the pool: at each signal its status holds another thing that it should not. */
const BROKEN_STATUS = `
import { isMainThread } from 'node:worker_threads';
if (isMainThread) {
  const { Pool } = await import(${JSON.stringify(pool)});
  const { get } = Object.getOwnPropertyDescriptor(Pool.prototype, 'status');
  const loop = {};
  loop.self = loop;
  const values = [10n, loop, Symbol('bans'), Number.NaN];
  let broken = false;
  Object.defineProperty(Pool.prototype, 'status', {
    get() {
      if (!broken) return get.call(this);
      if (values.length === 0) { broken = false; throw new Error('no status today'); }
      return { ...get.call(this), bans: values.shift() };
    },
  });
  process.on('SIGUSR2', () => { broken = true; });
}
`;

test('nothing that a status holds ends the pool: it refuses the command, and goes on with its miners', async (context) => {
  const folder = temporaryFolder(context);
  const { child } = await startedPool(context, folder, { preload: BROKEN_STATUS, level: 'debug' });
  let log = '';
  const listening = Promise.withResolvers<number>();
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    const found = /"event":"listening".*?"number":(\d+)/.exec(log);
    if (found !== null) listening.resolve(Number(found[1]));
  });
  child.once('exit', () => listening.reject(new Error(`the pool ended: ${log}`)));
  const miner = connect(await listening.promise, '127.0.0.1');
  let answers = '';
  miner.on('data', (chunk: Buffer) => {
    answers += chunk.toString();
  });
  miner.write('{"id":1,"method":"mining.subscribe","params":["test",null,"127.0.0.1","3333"]}\n');
  while (!answers.includes('"id":1')) await once(miner, 'data');

  const control = path.join(folder, 'control.sock');
  child.kill('SIGUSR2');
  const codes: unknown[] = [];
  while (codes.length < 5) {
    const answer = await askPool(control, { command: 'status' }).catch((error: unknown) => error);
    // The signal may come a moment after the first question.
    if (answer instanceof Error) codes.push((answer as Error & { code: unknown }).code);
  }
  assert.deepEqual(codes, [...Array.from({ length: 4 }, () => 'ADIT_STATUS'), 'ADIT_FAILED']);
  const status = readStatusDocument(await askPool(control, { command: 'status' }));
  assert.deepEqual([status.pid, status.ports[0]?.connections], [child.pid, 1]);
  miner.write('{"id":2,"method":"mining.authorize","params":["me.rig1","x"]}\n');
  while (!answers.includes('"id":2')) await once(miner, 'data');
  miner.destroy();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  eachLineFitsItsSchema(log);
});

function eachLineFitsItsSchema(log: string): void {
  const kinds = new Set<string>();
  for (const line of log.trim().split('\n')) {
    const { level, time, version, msg, event, more, ...fields } = JSON.parse(line);
    assert.equal(version, LINE_VERSION, line);
    assert.deepEqual([typeof level, typeof time, typeof msg], ['string', 'number', 'string'], line);
    assert.ok(Object.hasOwn(LINES, event), line);
    if (more === undefined) fieldSchema(event as LogEvent['kind']).parse(fields);
    kinds.add(event);
  }
  for (const kind of ['listening', 'work', 'node', 'subscribed', 'authorized', 'ending', 'ended'])
    assert.ok(kinds.has(kind), kind);
}
