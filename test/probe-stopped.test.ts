import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { adit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';

/** Ends a probe of a miner by a signal, after `act` has done something to it. */
async function stopped(
  context: TestContext,
  signal: NodeJS.Signals,
  act: (port: number) => Promise<void>,
): Promise<{ readonly status: number | null; readonly out: string; readonly ms: number }> {
  const args = ['probe', 'miner', '--listen', '127.0.0.1:0', '--json'];
  const child = adit(args, temporaryFolder(context));
  context.after(() => child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  const listening = Promise.withResolvers<number>();
  child.stderr?.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
    const [, port] = /start the miner now.*:(\d+)/.exec(text.err) ?? [];
    if (port !== undefined) listening.resolve(Number(port));
  });
  await act(await listening.promise);
  const begun = performance.now();
  child.kill(signal);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, out: text.out, ms: performance.now() - begun };
}

/** A miner that subscribes, and then only listens. */
async function halfMiner(context: TestContext, port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  context.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write('{"id":1,"method":"mining.subscribe","params":["half/1",null,"127.0.0.1","1"]}\n');
  await once(socket, 'data');
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`a probe of a miner that ${signal} ends prints its report at once, with status 130`, async (context) => {
    for (const act of [async () => {}, (port: number) => halfMiner(context, port)]) {
      const { status, out, ms } = await stopped(context, signal, act);
      assert.equal(status, 130, out);
      const { findings } = JSON.parse(out) as { findings: { outcome: string; came: string }[] };
      assert.ok(findings.length > 10);
      assert.ok(findings.some(({ outcome, came }) => outcome === 'cannot_tell' && came.includes('stopped')));
      assert.ok(ms < 20_000, `${ms} ms`);
    }
  });
}
