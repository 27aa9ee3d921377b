import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@adit/test-kit/until';
import { drainPorts } from '../src/drain.ts';
import { type Closable, closeOneByOne } from '../src/ports/close-one-by-one.ts';

/** Miners that ignore client.reconnect: they stay until they are closed. */
class Stayer implements Closable {
  readonly session = { pending: 0 };
  closedAt: number | undefined;
  readonly connection: Closable['connection'];

  constructor() {
    const stayer = this;
    this.connection = {
      get open() {
        return stayer.closedAt === undefined;
      },
      close: () => {
        stayer.closedAt = performance.now();
      },
    };
  }
}

const closed = (members: readonly Stayer[]) => members.filter(({ closedAt }) => closedAt !== undefined);

test('miners that ignore client.reconnect are closed one after the other over the drain, not all at its end', async () => {
  const members = Array.from({ length: 5 }, () => new Stayer());
  const asked: number[] = [];
  const port = {
    stopListening: () => {},
    reconnectAll: (overMs: number) => {
      asked.push(overMs);
      return () => {};
    },
    closeRest: (overMs: number) => closeOneByOne(members, overMs),
  };
  const start = performance.now();
  await drainPorts(
    [port],
    { reconnectOverMs: 100, deadlineMs: 3_000 },
    { isEmpty: () => closed(members).length === members.length, isStopped: () => false },
  );
  const times = members.map(({ closedAt = Number.NaN }) => closedAt - start).sort((a, b) => a - b);
  assert.deepEqual(asked, [100]);
  assert.ok(times.every((ms) => ms >= 100));
  assert.equal(new Set(times.map((ms) => Math.round(ms / 100))).size, 5, `closed after ${times} ms`);
});

test('a connection whose share is being judged is closed when it has its verdict', async () => {
  const [waiting, idle] = [new Stayer(), new Stayer()] as const;
  waiting.session.pending = 1;
  const stop = closeOneByOne([waiting, idle], 0);
  await until('the other one is closed', () => idle.closedAt !== undefined);
  assert.equal(waiting.closedAt, undefined);
  waiting.session.pending = 0;
  await until('it is closed', () => waiting.closedAt !== undefined);
  stop();
});
