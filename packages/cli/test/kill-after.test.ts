import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const module = new URL('../src/service/process-threads.ts', import.meta.url).href;

/** A process that kills itself after some seconds, and answers each line until then. */
function started(ms: number) {
  const code = `import { killAfter } from '${module}';
    killAfter(${ms});
    process.stdin.on('data', (data) => process.stdout.write(data));`;
  const args = ['--conditions=adit-source', '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ask = async () => {
    child.stdin.write('there?\n');
    await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => assert.fail('it has ended'))]);
  };
  return { child, ask };
}

test('a process that does not end kills itself', async () => {
  const { child } = started(1_000);
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
});

test('a process that was paused for longer than the time to its end goes on after the pause', async (context) => {
  const { child, ask } = started(6_000);
  context.after(() => child.kill('SIGKILL'));
  await ask();
  child.kill('SIGSTOP');
  await sleep(8_000);
  child.kill('SIGCONT');
  // A timer that is over fires at once.
  for (let question = 0; question < 5; question += 1) {
    await sleep(200);
    await ask();
  }
});
