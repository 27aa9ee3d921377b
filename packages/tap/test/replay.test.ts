import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { LineSplitter } from '@adit/stratum';
import {
  type Conversation,
  type ConversationEvent,
  type ReplayedRequest,
  ReplayPool,
  replayAsMiner,
} from '../src/index.ts';
import { bytesFrom, connectTo, startTap, startUpstream } from './support.ts';

const LIMIT = { timeout: 120_000 };

type Said = readonly ['>' | '<', string];

/** One connection whose lines are one millisecond apart. */
function conversationOf(...lines: readonly Said[]): Conversation {
  const connection = 1;
  const events: ConversationEvent[] = [{ at: 0, connection, event: 'opened' }];
  for (const [arrow, line] of lines) {
    events.push({ at: events.length, connection, from: arrow === '>' ? 'miner' : 'pool', line });
  }
  events.push({ at: events.length, connection, event: 'ended', from: 'miner' });
  events.push({ at: events.length, connection, event: 'closed', reason: 'closed by the miner' });
  return {
    header: { adit: 'conversation', version: 1, dialect: 'zcash', startedAt: '2026-11-21T07:50:01.000Z' },
    events,
  };
}

const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":["a/1",null,"127.0.0.1",3333]}';
const AUTHORIZE = '{"id":2,"method":"mining.authorize","params":["alice","***"]}';
const NOTIFY = '{"id":null,"method":"mining.notify","params":["0000002a"]}';
const submit = (id: number) => `{"id":${id},"method":"mining.submit","params":["alice","0000002a"]}`;

const TALK = conversationOf(
  ['>', SUBSCRIBE],
  ['<', '{"id":1,"result":["5c8bb72a","2ab78b5c"],"error":null}'],
  ['>', AUTHORIZE],
  ['<', '{"id":2,"result":true,"error":null}'],
  ['<', NOTIFY],
  ['>', submit(4)],
  ['>', submit(4)],
  ['<', '{"id":4,"result":true,"error":null}'],
  ['<', '{"id":4,"result":null,"error":[22,"Duplicate share",null]}'],
);

/** A pool that answers each line as the test says. */
function answering(answers: (line: string) => string): (socket: Socket) => void {
  return (socket) => {
    const splitter = new LineSplitter(1 << 20);
    socket.on('data', (chunk: Buffer) => {
      for (const line of splitter.push(chunk).lines) socket.write(answers(Buffer.from(line).toString()));
    });
    socket.on('end', () => socket.end());
  };
}

async function replayAgainst(
  context: TestContext,
  conversation: Conversation,
  answers: (line: string) => string,
  answerMs = 30_000,
) {
  const lines: string[] = [];
  const upstream = await startUpstream(
    context,
    answering((line) => {
      lines.push(line);
      return answers(line);
    }),
  );
  const told: ReplayedRequest[] = [];
  const report = await replayAsMiner(
    conversation,
    { host: '127.0.0.1', port: upstream.port, password: 'my "own"', fast: true, answerMs },
    { onRequest: (request) => told.push(request) },
  );
  assert.deepEqual(told, report.requests);
  return { report, lines };
}

test(
  'the lines of the miner are sent as recorded, with the password that is given',
  LIMIT,
  async (context) => {
    let submissions = 0;
    const { report, lines } = await replayAgainst(context, TALK, (line) => {
      if (line === SUBSCRIBE) return '{"id":1,"result":["other","00000001"],"error":null}\n';
      if (line.includes('authorize')) return `{"id":2,"result":true,"error":null}\n${NOTIFY}\n`;
      submissions += 1;
      const error = submissions === 1 ? 'null' : '[22,"Twice",null]';
      return `{"id":4,"result":${submissions === 1},"error":${error}}\n`;
    });
    assert.deepEqual(lines, [
      SUBSCRIBE,
      '{"id":2,"method":"mining.authorize","params":["alice","my \\"own\\""]}',
      submit(4),
      submit(4),
    ]);
    // Other values of the same kind do not count as a difference.
    assert.deepEqual(
      report.requests.map(({ method, recorded, same }) => [method, recorded, same]),
      [
        ['mining.subscribe', '[text, text]', true],
        ['mining.authorize', 'true', true],
        ['mining.submit', 'true', true],
        ['mining.submit', 'error 22', true],
      ],
    );
    assert.deepEqual([report.missing, report.skipped], [[], 0]);
  },
);

test(
  'a replay reports each answer that differs in kind, and methods that do not come',
  LIMIT,
  async (context) => {
    const { report } = await replayAgainst(
      context,
      TALK,
      (line) => {
        if (line === SUBSCRIBE) return '{"id":1,"result":[null,"00000001"],"error":null}\n';
        if (line.includes('authorize')) return '{"id":2,"result":null,"error":[24,"Who?",null]}\n';
        return '';
      },
      // Messages that come do so before that, also on a busy machine.
      1_000,
    );
    assert.deepEqual(
      report.requests.map(({ method, now, same }) => [method, now, same]),
      [
        ['mining.subscribe', '[null, text]', false],
        ['mining.authorize', 'error 24', false],
        ['mining.submit', 'no answer', false],
        ['mining.submit', 'no answer', false],
      ],
    );
    assert.deepEqual(report.missing, [{ connection: 1, method: 'mining.notify' }]);
  },
);

test('a replay does not wait for a pool that hangs up', LIMIT, async (context) => {
  const upstream = await startUpstream(context, (socket) => socket.once('data', () => socket.destroy()));
  const report = await replayAsMiner(TALK, {
    host: '127.0.0.1',
    port: upstream.port,
    password: 'x',
    fast: true,
    answerMs: 600_000,
  });
  assert.deepEqual(new Set(report.requests.map(({ now }) => now)), new Set(['connection closed']));
});

test('a stopped replay reports what came before', LIMIT, async (context) => {
  const stop = new AbortController();
  const upstream = await startUpstream(
    context,
    answering((line) => {
      if (line === SUBSCRIBE) return '{"id":1,"result":["other","00000001"],"error":null}\n';
      stop.abort();
      return '';
    }),
  );
  const to = { host: '127.0.0.1', port: upstream.port, password: 'x', fast: true, answerMs: 600_000 };
  const report = await replayAsMiner(TALK, to, { signal: stop.signal });
  assert.deepEqual(
    [report.requests.map(({ method }) => method), report.missing, report.stopped],
    [['mining.subscribe'], [], true],
  );
  const stopped = await replayAsMiner(TALK, to, { signal: AbortSignal.abort() });
  assert.deepEqual([stopped.requests, stopped.stopped], [[], true]);
  // A stop also ends the wait for a handshake that does not come.
  const silent = await startUpstream(context);
  const hangs = new AbortController();
  const replay = replayAsMiner(
    TALK,
    { ...to, port: silent.port, tls: { insecure: true } },
    { signal: hangs.signal },
  );
  await silent.sockets.first(() => true);
  hangs.abort();
  assert.equal((await replay).stopped, true);
});

test('a stop ends the recorded pause too', LIMIT, async (context) => {
  const upstream = await startUpstream(context);
  const events = TALK.events.map((event) => (event.at > 0 ? { ...event, at: event.at + 3_600_000 } : event));
  const stop = new AbortController();
  const to = { host: '127.0.0.1', port: upstream.port, password: 'x', fast: false };
  const replay = replayAsMiner({ ...TALK, events }, to, { signal: stop.signal });
  await upstream.sockets.first(() => true);
  stop.abort();
  assert.equal((await replay).stopped, true);
});

test('a recording without a connection is not replayed', LIMIT, async () => {
  const nobody = { ...TALK, events: [] };
  const refused = { code: 'ADIT_BAD_RECORDING', message: /no connection in it/ };
  await assert.rejects(
    replayAsMiner(nobody, { host: '127.0.0.1', port: 1, password: 'x', fast: true }),
    refused,
  );
  assert.throws(
    () => new ReplayPool(nobody, { listen: { host: '127.0.0.1', port: 0 }, fast: true }),
    refused,
  );
});

test('a replay and the tap say that a pool does not speak TLS', LIMIT, async (context) => {
  const upstream = await startUpstream(context, (socket) => {
    socket.on('data', () => socket.end('{"id":null,"result":null,"error":[20,"no JSON",null]}\n'));
  });
  const tls = { insecure: true };
  await assert.rejects(
    replayAsMiner(TALK, { host: '127.0.0.1', port: upstream.port, tls, password: 'x', fast: true }),
    { code: 'ADIT_NO_CONNECTION', message: /: the port does not speak TLS$/ },
  );
  const { port, events } = await startTap(context, upstream.port, {
    upstream: { host: '127.0.0.1', port: upstream.port, tls },
  });
  await connectTo(context, port);
  const closed = await events.first((event) => 'event' in event && event.event === 'closed');
  assert.equal('reason' in closed && closed.reason, 'pool: does not speak TLS');
});

test('a replay goes to other machines, and listens for them, only where that is allowed', async () => {
  const options = { port: 1, password: 'x', fast: true };
  await assert.rejects(replayAsMiner(TALK, { host: '192.0.2.1', ...options }), {
    code: 'ADIT_NOT_YOUR_POOL',
  });
  assert.throws(() => new ReplayPool(TALK, { listen: { host: '0.0.0.0', port: 0 }, fast: true }), {
    code: 'ADIT_NOT_LOOPBACK',
  });
  await assert.rejects(replayAsMiner(TALK, { host: '127.0.0.1', ...options }), {
    code: 'ADIT_NO_CONNECTION',
  });
});

async function startReplay(context: TestContext, conversation: Conversation, fast = true) {
  const pool = new ReplayPool(conversation, { listen: { host: '127.0.0.1', port: 0 }, fast });
  const port = await pool.start();
  context.after(() => pool.stop());
  return port;
}

test(
  'the recorded pool answers a miner under its own ids, and sends its other lines in their places',
  LIMIT,
  async (context) => {
    const miner = await connectTo(context, await startReplay(context, TALK));
    const ask = async (line: string, expected: string) => {
      miner.write(`${line}\n`);
      assert.equal((await bytesFrom(miner, Buffer.byteLength(expected))).toString(), expected);
    };
    await ask(
      '{"id":"one","method":"mining.subscribe","params":["other/2"]}',
      '{"id":"one","result":["5c8bb72a","2ab78b5c"],"error":null}\n',
    );
    await ask(
      '{"id":12345678901234567890,"method":"mining.authorize","params":["bob","y"]}',
      `{"id":12345678901234567890,"result":true,"error":null}\n${NOTIFY}\n`,
    );
    await ask(submit(7), '{"id":7,"result":true,"error":null}\n');
    await ask(submit(8), '{"id":8,"result":null,"error":[22,"Duplicate share",null]}\n');
    // The recording has two connections only.
    await ask(submit(9), '{"id":9,"result":null,"error":[20,"the recording has no answer to this",null]}\n');
    const ended = once(miner, 'end');
    miner.end();
    miner.resume();
    await ended;
  },
);

test('miners beyond the recorded connections get them again, with a note', LIMIT, async (context) => {
  const notes: string[] = [];
  const pool = new ReplayPool(
    TALK,
    { listen: { host: '127.0.0.1', port: 0 }, fast: true },
    { onNote: (number, text) => notes.push(`${number} ${text}`) },
  );
  const port = await pool.start();
  context.after(() => pool.stop());
  const answer = '{"id":1,"result":["5c8bb72a","2ab78b5c"],"error":null}\n';
  for (let count = 0; count < 2; count += 1) {
    const miner = await connectTo(context, port);
    miner.write(`${SUBSCRIBE}\n`);
    assert.equal((await bytesFrom(miner, answer.length)).toString(), answer);
  }
  assert.deepEqual(notes, [
    '1 a miner connects and gets connection 1 of the recording',
    '2 a miner connects and gets connection 1 of the recording again: it has no more',
  ]);
});

test('requests that a miner leaves out do not hold up the lines after them', LIMIT, async (context) => {
  const talk = conversationOf(
    ['<', '{"id":null,"method":"client.show_message","params":["hello"]}'],
    ['>', SUBSCRIBE],
    ['>', '{"id":3,"method":"mining.extranonce.subscribe","params":[]}'],
    ['>', AUTHORIZE],
    ['<', '{"id":2,"result":true,"error":null}'],
    ['<', NOTIFY],
  );
  const miner = await connectTo(context, await startReplay(context, talk));
  const hello = '{"id":null,"method":"client.show_message","params":["hello"]}\n';
  assert.equal((await bytesFrom(miner, hello.length)).toString(), hello);
  miner.write(`${AUTHORIZE}\n`);
  const answer = `{"id":2,"result":true,"error":null}\n${NOTIFY}\n`;
  assert.equal((await bytesFrom(miner, answer.length)).toString(), answer);
});

test('with its pauses a recording takes as long as the conversation did', LIMIT, async (context) => {
  const talk = conversationOf(
    ['>', SUBSCRIBE],
    ['<', '{"id":1,"result":["5c8bb72a","2ab78b5c"],"error":null}'],
  );
  const late = talk.events.map((event) => (event.at > 1 ? { ...event, at: event.at + 300 } : event));
  const miner = await connectTo(context, await startReplay(context, { ...talk, events: late }, false));
  const before = performance.now();
  miner.write(`${SUBSCRIBE}\n`);
  await bytesFrom(miner, 10);
  assert.ok(performance.now() - before > 250);
});

test(
  'the two parts of one recording play it to each other, and a tap between them records it again',
  LIMIT,
  async (context) => {
    const pool = await startReplay(context, TALK);
    const { port, events } = await startTap(context, pool);
    const report = await replayAsMiner(TALK, { host: '127.0.0.1', port, password: 'z', fast: true });
    assert.deepEqual(
      report.requests.filter(({ same }) => !same),
      [],
    );
    await events.first((event) => 'event' in event && event.event === 'closed');
    const lines = (list: readonly ConversationEvent[], from: string) =>
      list.flatMap((event) => ('line' in event && event.from === from ? [event.line] : []));
    for (const from of ['miner', 'pool']) assert.deepEqual(lines(events.all, from), lines(TALK.events, from));
  },
);
