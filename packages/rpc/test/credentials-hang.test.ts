import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { closeSync, constants, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { queryObjects } from 'node:v8';
import { silentPipe } from '@adit/test-kit/silent-pipe';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { Credentials } from '../src/credentials.ts';

/** Opens a pipe for writing, which succeeds once somebody reads it. */
function tryWriter(pipe: string): number | undefined {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

async function writerOf(pipe: string): Promise<number> {
  let writer: number | undefined;
  await until('the pipe is being read', () => {
    writer = tryWriter(pipe);
    return writer !== undefined;
  });
  return writer ?? 0;
}

test('while the disk of a cookie hangs, many calls read it once, and names are still looked up', async (context) => {
  const cookieFile = silentPipe(temporaryFolder(context), 'cookie');
  if (cookieFile === undefined) return context.skip('no mkfifo');
  const credentials = new Credentials({ cookieFile });
  // To read a pipe that nobody writes is like reading a file on a disk that hangs. Node has four threads for that.
  const headers = Array.from({ length: 8 }, () => credentials.header());
  const writer = await writerOf(cookieFile);
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late').unref());
  // Several in a row: the first one may still find a free thread.
  let found: unknown;
  for (let i = 0; i < 20 && found !== 'late'; i += 1)
    found = await Promise.race([lookup('localhost', { family: 4 }), late]);
  // Each read of the pipe gets the cookie now.
  const all = Promise.all(headers);
  let done = false;
  void all.finally(() => {
    done = true;
  });
  writeSync(writer, 'user:secret');
  closeSync(writer);
  // The calls that came during the first read wait for a second one, since the file may have changed.
  await until('all have their header', () => {
    const next = done ? undefined : tryWriter(cookieFile);
    if (next === undefined) return done;
    writeSync(next, 'user:secret');
    closeSync(next);
    return false;
  });
  assert.notEqual(found, 'late');
  await all;
  credentials.close();
});

test('the cookies of many nodes on a disk that hangs do not stop names from being looked up', async (context) => {
  const all: Credentials[] = [];
  const pipes: string[] = [];
  for (let i = 0; i < 8; i += 1) {
    const cookieFile = silentPipe(temporaryFolder(context), 'cookie');
    if (cookieFile === undefined) return context.skip('no mkfifo');
    pipes.push(cookieFile);
    all.push(new Credentials({ cookieFile }));
  }
  const headers = all.map((credentials) => credentials.header().catch(() => 'closed'));
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late').unref());
  let found: unknown;
  for (let i = 0; i < 20 && found !== 'late'; i += 1) {
    found = await Promise.race([lookup('localhost', { family: 4 }), late]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const pipe of pipes) {
    const writer = await writerOf(pipe);
    writeSync(writer, 'user:secret');
    closeSync(writer);
  }
  await Promise.all(headers);
  for (const credentials of all) credentials.close();
  assert.notEqual(found, 'late');
});

test('while the disk of a cookie hangs, a call goes out with the former one after a second', async (context) => {
  const folder = temporaryFolder(context);
  const cookieFile = path.join(folder, 'cookie');
  writeFileSync(cookieFile, 'user:former');
  const credentials = new Credentials({ cookieFile });
  const former = await credentials.header();
  assert.ok(former);
  rmSync(cookieFile);
  if (silentPipe(folder, 'cookie') === undefined) return context.skip('no mkfifo');
  const begun = performance.now();
  assert.equal(await credentials.header(), former);
  assert.ok(performance.now() - begun >= 900, 'it waited for the disk');
  assert.match(credentials.fault ?? '', /its disk does not answer/);
  const writer = await writerOf(cookieFile);
  writeSync(writer, 'user:new');
  closeSync(writer);
  await until('the new cookie is known', () => credentials.fault === undefined);
  credentials.close();
});

test('calls that gave up on a disk that hangs leave nothing behind', async (context) => {
  const folder = temporaryFolder(context);
  const cookieFile = path.join(folder, 'cookie');
  writeFileSync(cookieFile, 'user:former');
  const credentials = new Credentials({ cookieFile });
  const former = await credentials.header();
  rmSync(cookieFile);
  if (silentPipe(folder, 'cookie') === undefined) return context.skip('no mkfifo');
  // The read begins with this call.
  assert.equal(await credentials.header(), former);
  const before = queryObjects(Promise, { format: 'count' });
  const headers = await Promise.all(Array.from({ length: 500 }, () => credentials.header()));
  assert.ok(headers.every((header) => header === former));
  const kept = queryObjects(Promise, { format: 'count' }) - before;
  closeSync(await writerOf(cookieFile));
  credentials.close();
  assert.ok(kept < 100, `${kept} promises are kept for 500 calls`);
});
