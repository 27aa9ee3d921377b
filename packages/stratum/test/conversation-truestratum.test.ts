import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import {
  CLIENT_LINE_LIMIT,
  LineSplitter,
  SEED_BYTES,
  SEED_COUNT,
  SERVER_LINE_LIMIT,
  seedsResult,
  setDifficultyLine,
  type TrueJob,
  type TrueSessionStart,
  TrueStratumClientSession,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  trueNotifyLine,
} from '../src/index.ts';
import * as doc from './document-truestratum.ts';
import { bytesOf, hex, line, messages, ofKind, one, only, written } from './support.ts';

const NOTIFY_PARAMS = JSON.parse(doc.NOTIFY).params as [string, string, string, boolean];
const [, SEED_HASH, HEADER_HASH] = NOTIFY_PARAMS;
/** The document's sixteen digits as the high half of a target. */
const TARGET = 0x0545415ab8418cbbn << 64n;
/** The document's job id as our sequence; our ids carry four digits more. */
const JOB: TrueJob = {
  sequence: 0xbf0488aa,
  order: 1,
  seedHash: SEED_HASH,
  headerHash: HEADER_HASH,
  target: TARGET,
  networkTarget: 1n << 100n,
};
const OUR_ID = 'bf0488aa0000';
const ours = (text: string) => text.replaceAll('bf0488aa', OUR_ID);

const SEEDS = new Uint8Array(SEED_COUNT * SEED_BYTES);
doc.SEEDS.forEach((seed, i) => {
  SEEDS.set(hex(seed), i * SEED_BYTES);
});
const RESULT = seedsResult(SEEDS, hex(doc.SEEDS_HASH));

function server(): TrueStratumServerSession {
  const all = {
    failedResult: false,
    nonce1: hex('080c'),
    sessionId: 'ae6812eb4cd7735a302a8a9dd95cf71f',
    authorize: () => true,
    targets: [],
    strictPrefix: false,
    refreshMs: 60_000,
    refreshDelayMs: () => 250,
    seedsOf: () => RESULT,
  } satisfies TrueStratumServerOptions & TrueSessionStart;
  return new TrueStratumServerSession(all, all);
}

/** The document authorises `miner1` and submits as `username`: so does a client with either name. */
function client(worker: 'miner1' | 'username' = 'miner1'): TrueStratumClientSession {
  return new TrueStratumClientSession({
    agent: 'MinerName/1.0.0',
    worker,
    password: 'password',
    sessionId: 'session_id',
  });
}

function greetedClient(worker: 'miner1' | 'username' = 'miner1'): TrueStratumClientSession {
  const session = client(worker);
  session.open();
  for (const text of [doc.SUBSCRIBE_REPLY, doc.AUTHORIZE_REPLY, doc.SET_DIFFICULTY, doc.NOTIFY])
    session.line(line(text));
  return session;
}

function greetedServer(): TrueStratumServerSession {
  const session = server();
  for (const text of [doc.SUBSCRIBE, doc.AUTHORIZE, doc.AUTHORIZE.replace('miner1', 'username')])
    session.line(line(text), 0);
  session.job(JOB, true, 0);
  return session;
}

// --- Each message: parsed by one side, produced by the other.

test('1, client: mining.subscribe is what our client sends and our server answers', () => {
  assert.deepEqual(only(client().open()), JSON.parse(doc.SUBSCRIBE));
  assert.equal(one(server().line(line(doc.SUBSCRIBE), 0), 'subscribed').agent, 'MinerName/1.0.0');
});

test('1, client: the session id is optional', () => {
  const session = new TrueStratumClientSession({ agent: 'MinerName/1.0.0', worker: 'miner1', password: '' });
  const request = JSON.parse(doc.SUBSCRIBE);
  assert.deepEqual(only(session.open()), { ...request, params: request.params.slice(0, 2) });
});

test('1, server: the subscribe reply, with the size that fills eight bytes', () => {
  const session = client();
  session.open();
  assert.deepEqual(only(session.line(line(doc.SUBSCRIBE_REPLY))), JSON.parse(doc.AUTHORIZE));
  assert.equal(session.sessionId, 'ae6812eb4cd7735a302a8a9dd95cf71f');
  // Slip: the document says 4, but 2 + 4 bytes are not a 64-bit nonce. Real miners only need a number that is not zero.
  const expected = JSON.parse(doc.SUBSCRIBE_REPLY);
  expected.result[2] = 6;
  assert.deepEqual(only(server().line(line(doc.SUBSCRIBE), 0)), expected);
});

test('2: mining.authorize and its reply; the password may be empty or missing', () => {
  assert.deepEqual(only(server().line(line(doc.AUTHORIZE), 0)), JSON.parse(doc.AUTHORIZE_REPLY));
  for (const params of [['miner1', ''], ['miner1']]) {
    const reply = only(server().line(line({ params, id: 2, method: 'mining.authorize' }), 0));
    assert.deepEqual(reply, JSON.parse(doc.AUTHORIZE_REPLY));
  }
  const session = client();
  session.open();
  session.line(line(doc.SUBSCRIBE_REPLY));
  assert.deepEqual(session.line(line(doc.AUTHORIZE_REPLY)), [{ kind: 'ready' }]);
});

test('3, server: mining.set_difficulty with a target', () => {
  // Slip: sixteen digits in the example, sixteen bytes in the note. Our client reads sixteen digits as
  // the leading eight bytes; our server always sends thirty-two, the only thing that real miners take.
  assert.equal(one(greetedClient().line(line(doc.NOTIFY)), 'job').job.target, TARGET);
  const sent = JSON.parse(setDifficultyLine(TARGET));
  assert.deepEqual(sent, {
    ...JSON.parse(doc.SET_DIFFICULTY),
    params: [`0545415ab8418cbb${'0'.repeat(16)}`],
  });
  const session = greetedClient();
  session.line(line(sent));
  assert.equal(one(session.line(line(doc.NOTIFY)), 'job').job.target, TARGET);
});

test('4, server: mining.notify is what our server can send and our client takes', () => {
  assert.deepEqual(
    JSON.parse(trueNotifyLine('bf0488aa', SEED_HASH, HEADER_HASH, true)),
    JSON.parse(doc.NOTIFY),
  );
  const { job, clean } = one(greetedClient().line(line(doc.NOTIFY)), 'job');
  assert.equal(clean, true);
  assert.deepEqual(job, {
    id: 'bf0488aa',
    datasetHash: hex(SEED_HASH),
    headerHash: hex(HEADER_HASH),
    nonce1: hex('080c'),
    target: TARGET,
  });
});

test('4, server: our own notify differs from the example in the job id only', () => {
  const [, notify] = messages(
    server()
      .line(line(doc.SUBSCRIBE), 0)
      .concat(greetedServer().job({ ...JOB, sequence: JOB.sequence + 1 }, true, 0)),
  );
  assert.deepEqual(notify, {
    ...JSON.parse(doc.NOTIFY),
    params: ['bf0488ab0000', ...NOTIFY_PARAMS.slice(1)],
  });
});

test('5, client: mining.submit is what our client sends first, nonce and id included', () => {
  const effects = greetedClient('username').submit({ jobId: 'bf0488aa', nonce: 1060n }, 1);
  assert.deepEqual(only(effects), JSON.parse(doc.SUBMIT));
});

test('5, server: the server reads the example share in both ways, and its reply is the example', () => {
  const session = greetedServer();
  const { token, submission } = one(session.line(line(ours(doc.SUBMIT)), 0), 'submit');
  assert.deepEqual(submission, {
    worker: 'username',
    jobSequence: 0xbf0488aa,
    // Slip: "searched with the extranonce", yet 1060 has no 080c in front. The pool tries both readings.
    nonces: [1060n, 0x080c_0000_0000_0424n],
    // No nonce is bound to a connection, so the header has one target for all miners.
    target: undefined,
    credited: undefined,
    easiest: TARGET,
  });
  assert.deepEqual(only(session.verdict(token, { accepted: true, weight: 1n }, 0)), JSON.parse(doc.ACCEPTED));
});

test('5, client: the client reports an accepted share', () => {
  const session = greetedClient('username');
  session.submit({ jobId: 'bf0488aa', nonce: 1060n }, 9);
  assert.deepEqual(session.line(line(doc.ACCEPTED)), [
    { kind: 'result', token: 9, accepted: true, reason: '' },
  ]);
});

test('5, server: a refusal is the example with null where it has NULL', () => {
  // Slip: NULL is not JSON; null was meant. The example itself shows a job id that was not given.
  assert.throws(() => JSON.parse(doc.REFUSED), SyntaxError);
  const meant = JSON.parse(doc.REFUSED.replace('NULL', 'null'));
  assert.deepEqual(only(greetedServer().line(line(doc.SUBMIT), 0)), meant);
});

test('5, client: the client reports a refusal with its reason; the spelling of the document gives a harmless note', () => {
  const session = greetedClient('username');
  session.submit({ jobId: 'bf0488aa', nonce: 1060n }, 9);
  assert.deepEqual(session.line(line(doc.REFUSED)), [
    { kind: 'note', text: 'a line that is no message: the line is not valid JSON' },
  ]);
  assert.deepEqual(session.line(line(doc.REFUSED.replace('NULL', 'null'))), [
    { kind: 'result', token: 9, accepted: false, reason: 'Job not found' },
  ]);
});

test('6, client: mining.seedhash is what our client sends', () => {
  assert.deepEqual(only(greetedClient('username').requestSeeds('bf0488aa')), JSON.parse(doc.SEEDHASH));
});

test('6, server: the seedhash reply is the example, with its braces and all its seeds', () => {
  const reply = only(greetedServer().line(line(ours(doc.SEEDHASH)), 0)) as { result: [string[], string] };
  // Slips: the outer braces are missing, and an ellipsis stands for most of the seeds.
  const shown = JSON.parse(`{${doc.SEEDHASH_REPLY.replace(', ...', '')}}`);
  assert.deepEqual({ ...reply, result: [reply.result[0].slice(0, 4), reply.result[1]] }, shown);
  assert.equal(reply.result[0].length, 10_240);
});

test('6, client: the client takes the seeds; a reply as the document spells it gives a note, and the client waits on', () => {
  const session = greetedClient('username');
  session.requestSeeds('bf0488aa');
  assert.deepEqual(session.line(line(doc.SEEDHASH_REPLY)), [
    { kind: 'note', text: 'a line that is no message: the line is not valid JSON' },
  ]);
  const { seeds, datasetHash } = one(
    session.line(bytesOf(`{"id":5,"result":${RESULT},"error":null}`)),
    'seeds',
  );
  assert.deepEqual(
    doc.SEEDS,
    [0, 1, 2, 3].map((i) => encodeHex(seeds.subarray(i * 16, i * 16 + 16))),
  );
  assert.equal(encodeHex(datasetHash), doc.SEEDS_HASH);
});

test('6, client: four seeds, as many as the document shows, are not enough', () => {
  const session = greetedClient('username');
  session.requestSeeds('bf0488aa');
  const effects = session.line(line(`{${doc.SEEDHASH_REPLY.replace(', ...', '')}}`));
  assert.equal(
    one(effects, 'broken').detail,
    'no usable answer to mining.seedhash: 10240 seeds and a hash were expected',
  );
});

// --- Other slips, and how we treat each.

test('slip: miner1 is authorised and username submits; a name that was not authorised is refused', () => {
  const session = server();
  session.line(line(doc.SUBSCRIBE), 0);
  session.line(line(doc.AUTHORIZE), 0);
  session.job(JOB, true, 0);
  assert.deepEqual(messages(session.line(line(ours(doc.SUBMIT)), 0))[0], {
    id: 244,
    result: false,
    error: [24, 'Unauthorized worker: "username"', null],
  });
});

test('slip: the document spreads a message over many lines; on the wire each of them would be a message', () => {
  const session = server();
  const shown = '{\n  "id": 1,\n  "method": "mining.subscribe",\n  "params": [\n]\n}\n';
  const { lines } = new LineSplitter(SERVER_LINE_LIMIT).push(bytesOf(shown));
  assert.equal(lines.length, 6);
  for (const heard of lines) {
    assert.equal(one(session.line(heard, 0), 'refused').reason, 'malformed');
  }
});

test('slip: the document says that the job follows subscribe at once; it follows authorize, as real miners need it', () => {
  const session = server();
  session.job(JOB, true, 0);
  assert.equal(messages(session.line(line(doc.SUBSCRIBE), 0)).length, 1);
  assert.equal(messages(session.line(line(doc.AUTHORIZE), 0)).length, 3);
});

test('slip: the document says that the extranonce has at most three bytes; four end the connection', () => {
  const session = client();
  session.open();
  const effects = session.line(line(doc.SUBSCRIBE_REPLY.replace('080c', '080c0102')));
  assert.equal(
    one(effects, 'broken').detail,
    'no usable answer to mining.subscribe: a subscription and at most 3 bytes of nonce1 were expected',
  );
});

test('left out: the client answers client.get_version, which the same miner knows, with its agent', () => {
  assert.deepEqual(only(client().line(line({ id: 7, method: 'client.get_version' }))), {
    id: 7,
    result: 'MinerName/1.0.0',
    error: null,
  });
});

// --- The document as one conversation.

/** Plays the document between our two sides, each line handed over in pieces of `size` bytes. */
function play(size: number): string[] {
  const pool = server();
  const miner = client('username');
  const toPool = new LineSplitter(SERVER_LINE_LIMIT);
  const toMiner = new LineSplitter(CLIENT_LINE_LIMIT);
  const log: string[] = [];
  let verdicts = 0;
  const hear = (who: string, text: string, splitter: LineSplitter, to: (line: Uint8Array) => void) => {
    for (const part of text.split('\n').filter((part) => part !== '')) log.push(`${who} ${part}`);
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += size) {
      for (const heard of splitter.push(bytes.subarray(at, at + size)).lines) to(heard);
    }
  };
  const poolDoes = (effects: ReturnType<TrueStratumServerSession['line']>): void => {
    hear('<', written(effects), toMiner, (heard) => minerDoes(miner.line(heard)));
    for (const { token, submission } of ofKind(effects, 'submit')) {
      log.push(`nonces ${submission.nonces.join(' ')}`);
      verdicts += 1;
      const accepted = verdicts === 1;
      const at = verdicts * 5000;
      poolDoes(
        pool.verdict(token, accepted ? { accepted, weight: 1n } : { accepted, reason: 'job_not_found' }, at),
      );
      poolDoes(pool.tick(at + 300));
    }
  };
  const minerDoes = (effects: ReturnType<TrueStratumClientSession['line']>): void => {
    hear('>', written(effects), toPool, (heard) => poolDoes(pool.line(heard, 0)));
    for (const effect of effects) {
      if (effect.kind === 'job') {
        const first = effect.job.id === OUR_ID;
        if (first) minerDoes(miner.requestSeeds(effect.job.id));
        log.push(`job ${effect.job.id} ${effect.clean}`);
        if (verdicts < 2)
          minerDoes(miner.submit({ jobId: effect.job.id, nonce: first ? 1060n : 1061n }, verdicts));
      } else if (effect.kind === 'seeds')
        log.push(`seeds ${effect.seeds.length} ${encodeHex(effect.datasetHash)}`);
      else if (effect.kind === 'result')
        log.push(`result ${effect.token} ${effect.accepted} ${effect.reason}`);
      else assert.ok(effect.kind === 'send' || effect.kind === 'ready', effect.kind);
    }
  };
  poolDoes(pool.job(JOB, true, 0));
  minerDoes(miner.open());
  return log;
}

test('the document as one conversation between our server and our client', () => {
  const reply = JSON.parse(doc.SUBSCRIBE_REPLY);
  reply.result[2] = 6;
  const submit = JSON.parse(ours(doc.SUBMIT));
  const again = { ...JSON.parse(doc.NOTIFY), params: ['bf0488aa0001', SEED_HASH, HEADER_HASH, false] };
  const said = play(Number.MAX_SAFE_INTEGER).map((entry) =>
    /^[<>]/.test(entry) ? [entry[0], JSON.parse(entry.slice(2))] : entry,
  );
  const seedsLine = said.find((entry) => Array.isArray(entry) && entry[0] === '<' && entry[1].id === 5);
  assert.deepEqual(
    said.filter((entry) => entry !== seedsLine),
    [
      ['>', JSON.parse(doc.SUBSCRIBE)],
      ['<', reply],
      ['>', JSON.parse(doc.AUTHORIZE.replace('miner1', 'username'))],
      ['<', JSON.parse(doc.AUTHORIZE_REPLY)],
      ['<', { ...JSON.parse(doc.SET_DIFFICULTY), params: [`0545415ab8418cbb${'0'.repeat(16)}`] }],
      ['<', JSON.parse(ours(doc.NOTIFY))],
      ['>', JSON.parse(ours(doc.SEEDHASH))],
      `seeds 163840 ${doc.SEEDS_HASH}`,
      `job ${OUR_ID} true`,
      ['>', submit],
      `nonces 1060 ${0x080c_0000_0000_0424n}`,
      ['<', JSON.parse(doc.ACCEPTED)],
      'result 0 true ',
      ['<', again],
      'job bf0488aa0001 false',
      ['>', { ...submit, id: 245, params: ['username', 'bf0488aa0001', '1061'] }],
      `nonces 1061 ${0x080c_0000_0000_0425n}`,
      ['<', { ...JSON.parse(doc.REFUSED.replace('NULL', 'null')), id: 245 }],
      'result 1 false Job not found',
      ['<', { ...again, params: ['bf0488aa0002', SEED_HASH, HEADER_HASH, false] }],
      'job bf0488aa0002 false',
    ],
  );
});

test('the conversation is the same in pieces of any size', () => {
  const whole = play(Number.MAX_SAFE_INTEGER);
  for (const size of [1, 2, 3, 100, 1460, 65_536]) assert.deepEqual(play(size), whole);
});

test('the server understands the miner side of the conversation wherever its bytes are split', () => {
  const stream = bytesOf(
    `${doc.SUBSCRIBE}\n${doc.AUTHORIZE.replace('miner1', 'username')}\r\n${ours(doc.SUBMIT)}\n\n`,
  );
  const hear = (cut: number): unknown[] => {
    const session = server();
    session.job(JOB, true, 0);
    const splitter = new LineSplitter(SERVER_LINE_LIMIT);
    return [stream.subarray(0, cut), stream.subarray(cut)]
      .flatMap((part) => splitter.push(part).lines)
      .flatMap((heard) => session.line(heard, 0));
  };
  const whole = hear(0);
  assert.deepEqual(
    whole.map((effect) => (effect as { kind: string }).kind),
    ['send', 'subscribed', 'send', 'authorized', 'send', 'send', 'submit'],
  );
  for (let cut = 1; cut <= stream.length; cut += 1) assert.deepEqual(hear(cut), whole);
});
