import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  bigintFromBytes,
  concatBytes,
  decodeHex,
  encodeHex,
  hashValue,
  MAX_TARGET_256,
  readUint32LE,
  reverseBytes,
  targetFromBits,
  uint32LE,
} from '@adit/primitives';
import {
  jobIdOf,
  LineSplitter,
  SERVER_LINE_LIMIT,
  setTargetLine,
  ZcashClientSession,
  type ZcashJob,
  type ZcashJobFields,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSessionStart,
  zcashNotifyLine,
} from '../src/index.ts';
import * as doc from './document-zcash.ts';
import { bytesOf, hex, line, messages, ofKind, one, only, written } from './support.ts';

const PREFIX = hex('fd4005');
const NOTIFY_PARAMS = JSON.parse(doc.NOTIFY).params as string[];
const [, , PREV_HASH, MERKLE_ROOT, RESERVED, TIME, BITS] = NOTIFY_PARAMS;
const FIELDS: ZcashJobFields = {
  version: 4,
  prevHash: decodeHex(PREV_HASH, 32),
  merkleRoot: decodeHex(MERKLE_ROOT, 32),
  reserved: decodeHex(RESERVED, 32),
  time: readUint32LE(decodeHex(TIME, 4)),
  bits: readUint32LE(decodeHex(BITS, 4)),
};
const DOCUMENT_TARGET = 0x01999999999999a0n << 192n;
/** The share's hash is 0435..: with this target the document's `true` is right. */
const EASY_TARGET = (1n << 251n) - 1n;
/** The high half of the document's job id; ours have eight digits. */
const SEQUENCE = 0x5c8bb945;

function server(
  options: { nonce1?: string; target?: bigint; nonceLayout?: 'leading' | 'trailing' } = {},
): ZcashServerSession {
  const all = {
    nonce1: hex(options.nonce1 ?? doc.SHARE_NONCE1),
    sessionId: '5c8bb72a',
    solutionPrefix: PREFIX,
    solutionBytes: 1344,
    nonceLayout: options.nonceLayout ?? 'leading',
    jobOnSubscribe: false,
    failedResult: null,
    authorize: () => true,
    targets: [{ from: 0, value: options.target ?? EASY_TARGET }],
  } satisfies ZcashServerOptions & ZcashSessionStart;
  return new ZcashServerSession(all, all);
}

const JOB: ZcashJob = {
  sequence: SEQUENCE,
  order: 1,
  cleanLine: bytesOf(zcashNotifyLine(jobIdOf(SEQUENCE), FIELDS, true)),
  keepLine: bytesOf(zcashNotifyLine(jobIdOf(SEQUENCE), FIELDS, false)),
  networkTarget: targetFromBits(FIELDS.bits),
  oldestKnown: 0,
};

function client(): ZcashClientSession {
  return new ZcashClientSession({
    agent: 'useragent',
    sessionId: 'sessionid',
    host: '127.0.0.1',
    port: 3333,
    portAsString: true,
    worker: 'jiangjkd.002',
    password: 'x',
    solutionPrefix: PREFIX,
  });
}

/** The document's submission, with the job id as our server gave it. */
const OUR_SUBMIT = doc.SUBMIT.replace('5c8bb94500000000', '5c8bb945');

function greeted(options: Parameters<typeof server>[0] = {}): ZcashServerSession {
  const session = server(options);
  session.line(line(doc.SUBSCRIBE), 0);
  session.line(line(doc.AUTHORIZE), 0);
  session.job(JOB, true);
  return session;
}

function submitted(options: Parameters<typeof server>[0] = {}) {
  return one(greeted(options).line(line(OUR_SUBMIT), 0), 'submit').submission;
}

function headerOf({ time, nonce }: { time: number; nonce: Uint8Array }): Uint8Array {
  const { version, prevHash, merkleRoot, reserved, bits } = FIELDS;
  return concatBytes(
    uint32LE(version),
    prevHash,
    merkleRoot,
    reserved,
    uint32LE(time),
    uint32LE(bits),
    nonce,
  );
}

function sha256d(bytes: Uint8Array): Uint8Array {
  const once = createHash('sha256').update(bytes).digest();
  return new Uint8Array(createHash('sha256').update(once).digest());
}

// --- Each message: parsed by one side, produced by the other.

test('1, client: mining.subscribe is what our client sends and our server answers', () => {
  assert.deepEqual(only(client().open()), JSON.parse(doc.SUBSCRIBE));
  const effects = server().line(line(doc.SUBSCRIBE), 0);
  assert.equal(one(effects, 'subscribed').agent, 'useragent');
});

test('1, client: session may be a number or null and the port a number, as the text below says', () => {
  for (const params of [
    ['useragent', 1112233, '127.0.0.1', '3333'],
    ['useragent', null, '127.0.0.1', 3333],
  ]) {
    const reply = only(server().line(line({ id: 1, method: 'mining.subscribe', params }), 0));
    assert.deepEqual(reply, { id: 1, result: ['5c8bb72a', doc.SHARE_NONCE1], error: null });
  }
});

test('1, server: the subscribe reply is what our server sends and our client takes', () => {
  assert.deepEqual(
    only(server({ nonce1: '2ab78b5c' }).line(line(doc.SUBSCRIBE), 0)),
    JSON.parse(doc.SUBSCRIBE_REPLY),
  );
  const session = client();
  session.open();
  session.line(line(doc.SUBSCRIBE_REPLY));
  assert.equal(session.sessionId, '5c8bb72a');
  session.line(line(doc.SET_TARGET));
  assert.deepEqual(one(session.line(line(doc.NOTIFY)), 'job').job.nonce1, hex('2ab78b5c'));
});

test('2, server: mining.notify is what our server can send and our client takes', () => {
  assert.deepEqual(JSON.parse(zcashNotifyLine('5c8bb94500000000', FIELDS, true)), JSON.parse(doc.NOTIFY));
  const session = client();
  session.open();
  session.line(line(doc.SUBSCRIBE_REPLY));
  session.line(line(doc.SET_TARGET));
  const { job, clean } = one(session.line(line(doc.NOTIFY)), 'job');
  assert.deepEqual(job, {
    id: '5c8bb94500000000',
    ...FIELDS,
    nonce1: hex('2ab78b5c'),
    target: DOCUMENT_TARGET,
  });
  assert.equal(clean, true);
  assert.equal(new Date(job.time * 1000).toISOString(), '2019-03-15T14:40:07.000Z');
});

test('2, server: our own notify differs from the example in the job id only', () => {
  const notify = messages(greeted().job({ ...JOB, sequence: SEQUENCE + 1 }, true)).at(-1) as {
    params: unknown[];
  };
  assert.deepEqual(notify, { ...JSON.parse(doc.NOTIFY), params: ['5c8bb945', ...NOTIFY_PARAMS.slice(1)] });
});

test('3, server: mining.set_target is what our server sends and our client takes', () => {
  assert.deepEqual(JSON.parse(setTargetLine(DOCUMENT_TARGET)), JSON.parse(doc.SET_TARGET));
  const session = server({ target: DOCUMENT_TARGET });
  session.line(line(doc.SUBSCRIBE), 0);
  session.line(line(doc.AUTHORIZE), 0);
  assert.deepEqual(messages(session.job(JOB, true))[0], JSON.parse(doc.SET_TARGET));
});

test('4, client and server: mining.authorize and its reply', () => {
  const session = client();
  session.open();
  assert.deepEqual(only(session.line(line(doc.SUBSCRIBE_REPLY))), JSON.parse(doc.AUTHORIZE));
  assert.deepEqual(session.line(line(doc.AUTHORIZE_REPLY)), [{ kind: 'ready' }]);
  const effects = server().line(line(doc.AUTHORIZE), 0);
  assert.deepEqual(only(effects), JSON.parse(doc.AUTHORIZE_REPLY));
  assert.deepEqual(one(effects, 'authorized').worker, {
    full: 'jiangjkd.002',
    account: 'jiangjkd',
    rig: '002',
  });
});

test('5, client: mining.submit is what our client sends, digit for digit', () => {
  const session = client();
  session.open();
  session.line(line(doc.SUBSCRIBE_REPLY));
  session.line(line(doc.AUTHORIZE_REPLY));
  session.line(line(doc.SET_TARGET));
  session.line(line(doc.NOTIFY));
  const effects = session.submit(
    {
      jobId: '5c8bb94500000000',
      time: FIELDS.time,
      nonce: hex(`2ab78b5c${doc.NONCE2}`),
      solution: hex(doc.SOLUTION).subarray(3),
    },
    17,
  );
  assert.deepEqual(only(effects), JSON.parse(doc.SUBMIT));
  assert.ok(written(effects).length < SERVER_LINE_LIMIT / 5);
});

test('5, server: the example share decodes to the one header for which its solution is valid', () => {
  const submission = submitted();
  assert.equal(submission.worker, 'jiangjkd.002');
  assert.equal(submission.jobSequence, SEQUENCE);
  assert.equal(encodeHex(submission.nonce), `${doc.SHARE_NONCE1}${doc.NONCE2}`);
  assert.equal(encodeHex(submission.solution), doc.SOLUTION.slice(6));
  const header = headerOf(submission);
  assert.equal(encodeHex(header), doc.SHARE_HEADER);
  const hash = sha256d(concatBytes(header, PREFIX, submission.solution));
  assert.equal(encodeHex(reverseBytes(hash)), doc.SHARE_HASH);
});

test('5, server: the reply, with the id that the document leaves out', () => {
  const session = greeted();
  const { token } = one(session.line(line(OUR_SUBMIT), 0), 'submit');
  const reply = only(session.verdict(token, { accepted: true, weight: 32n }, 0));
  assert.deepEqual(reply, { ...JSON.parse(doc.SUBMIT_REPLY), id: 4 });
});

// --- The slips of the document, and how we treat each.

test('slip: the subscribe reply is from another connection than the share; with its nonce1 the header is another', () => {
  // The wire needs no change: the nonce is made with each connection's own nonce1.
  const submission = submitted({ nonce1: '2ab78b5c' });
  assert.equal(encodeHex(submission.nonce), `2ab78b5c${doc.NONCE2}`);
  assert.notEqual(encodeHex(headerOf(submission)), doc.SHARE_HEADER);
});

test('slip: nonce1 is not "the last four bytes of the nonce" but the first; the literal reading is an option', () => {
  // The document is right only for the reversed display. The trailing layout is an option, not the default.
  const { nonce } = submitted();
  assert.ok(encodeHex(reverseBytes(nonce)).endsWith('5c8bb946'));
  const literal = submitted({ nonceLayout: 'trailing' });
  assert.equal(encodeHex(literal.nonce), `${doc.NONCE2}${doc.SHARE_NONCE1}`);
  assert.notEqual(encodeHex(headerOf(literal)), doc.SHARE_HEADER);
});

test('slip: the target is from another session; the share misses it, so a strict server answers 23', () => {
  const { nonce, time, solution, target } = submitted({ target: DOCUMENT_TARGET });
  assert.equal(target, DOCUMENT_TARGET);
  const value = hashValue(sha256d(concatBytes(headerOf({ nonce, time }), PREFIX, solution)));
  assert.equal(value, bigintFromBytes(hex(doc.SHARE_HASH)));
  assert.ok(value > DOCUMENT_TARGET && value <= EASY_TARGET && value > JOB.networkTarget);
  const session = greeted({ target: DOCUMENT_TARGET });
  const { token } = one(session.line(line(OUR_SUBMIT), 0), 'submit');
  assert.deepEqual(only(session.verdict(token, { accepted: false, reason: 'low_difficulty' }, 0)), {
    id: 4,
    result: null,
    error: [23, 'Low difficulty share', null],
  });
});

test('slip: the client takes a submit reply without an id for the oldest submission', () => {
  const session = client();
  for (const text of [doc.SUBSCRIBE_REPLY, doc.AUTHORIZE_REPLY, doc.SET_TARGET, doc.NOTIFY]) {
    if (text === doc.SUBSCRIBE_REPLY) session.open();
    session.line(line(text));
  }
  const share = {
    jobId: '5c8bb94500000000',
    time: 1,
    nonce: new Uint8Array(32),
    solution: new Uint8Array(1344),
  };
  session.submit(share, 100);
  session.submit(share, 101);
  const answers = [doc.SUBMIT_REPLY, doc.SUBMIT_REPLY].flatMap((text) => session.line(line(text)));
  assert.deepEqual(answers, [
    { kind: 'result', token: 100, accepted: true, reason: '' },
    { kind: 'result', token: 101, accepted: true, reason: '' },
  ]);
  assert.deepEqual(session.line(line(doc.SUBMIT_REPLY)), []);
});

test('slip: the document calls the version a number; it is four bytes in header order', () => {
  // 00000004 would be version 67,108,864; a miner must ignore jobs of a version that it does not know.
  const session = client();
  session.open();
  for (const text of [doc.SUBSCRIBE_REPLY, doc.AUTHORIZE_REPLY, doc.SET_TARGET]) session.line(line(text));
  assert.equal(one(session.line(line(doc.NOTIFY)), 'job').job.version, 4);
  const effects = session.line(line(doc.NOTIFY.replace('"04000000"', '"00000004"')));
  assert.deepEqual(effects, [
    { kind: 'note', text: 'job 5c8bb94500000000 has header version 67108864, only 4 is defined' },
  ]);
});

test('slip: the document shows the job before the target; our server sends the target first', () => {
  const session = greeted({ target: DOCUMENT_TARGET });
  session.setTarget(EASY_TARGET, SEQUENCE + 1, 0);
  const order = messages(session.job({ ...JOB, sequence: SEQUENCE + 1 }, true)).map(
    (m) => (m as { method: string }).method,
  );
  assert.deepEqual(order, ['mining.set_target', 'mining.notify']);
  // With a pool that keeps the document's order, the client waits, which does no harm.
  const miner = client();
  miner.open();
  miner.line(line(doc.SUBSCRIBE_REPLY));
  assert.deepEqual(miner.line(line(doc.NOTIFY)), [
    { kind: 'note', text: 'a job came before any target: waiting for the next' },
  ]);
  assert.deepEqual(miner.line(line(doc.SET_TARGET)), []);
  assert.equal(ofKind(miner.line(line(doc.NOTIFY)), 'job').length, 1);
});

test('slip: the job id has sixteen digits there and eight here; an id that was not given is unknown', () => {
  assert.deepEqual(only(greeted().line(line(doc.SUBMIT), 0)), {
    id: 4,
    result: null,
    error: [21, 'Job not found', null],
  });
});

test('slip: the document breaks the solution over lines; on the wire each piece would be a message', () => {
  const broken = doc.SUBMIT.replace(doc.SOLUTION, doc.SOLUTION_LINES.join('\n'));
  assert.equal(broken.split('\n').length, doc.SOLUTION_LINES.length);
  const { lines, tooLong } = new LineSplitter(SERVER_LINE_LIMIT).push(bytesOf(`${broken}\n`));
  assert.equal(tooLong, false);
  const session = greeted();
  for (const piece of lines) {
    const effects = session.line(piece, 0);
    assert.equal(one(effects, 'refused').reason, 'malformed');
    assert.equal((only(effects) as { error: unknown[] }).error[0], 20);
  }
});

// --- The document as one conversation.

interface Conversation {
  readonly log: string[];
  readonly shares: string[];
}

/** Plays the whole document between our two sides, each line handed over in pieces of `size` bytes. */
function play(size: number): Conversation {
  const pool = server();
  const miner = client();
  const toPool = new LineSplitter(SERVER_LINE_LIMIT);
  const toMiner = new LineSplitter(SERVER_LINE_LIMIT);
  const log: string[] = [];
  const shares: string[] = [];
  const inPieces = (text: string, splitter: LineSplitter, hear: (line: Uint8Array) => void) => {
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += size) {
      const { lines, tooLong } = splitter.push(bytes.subarray(at, at + size));
      assert.equal(tooLong, false);
      for (const one of lines) hear(one);
    }
  };
  const poolDoes = (effects: ReturnType<ZcashServerSession['line']>): void => {
    for (const { token, submission } of ofKind(effects, 'submit')) {
      shares.push(encodeHex(headerOf(submission)));
      poolDoes(pool.verdict(token, { accepted: true, weight: 32n }, 0));
    }
    const text = written(effects);
    for (const part of text.split('\n').filter((part) => part !== '')) log.push(`< ${part}`);
    inPieces(text, toMiner, (heard) => minerDoes(miner.line(heard)));
  };
  const minerDoes = (effects: ReturnType<ZcashClientSession['line']>): void => {
    const text = written(effects);
    for (const part of text.split('\n').filter((part) => part !== '')) log.push(`> ${part}`);
    inPieces(text, toPool, (heard) => poolDoes(pool.line(heard, 0)));
    for (const effect of effects) {
      if (effect.kind === 'job') {
        const { id, time, nonce1 } = effect.job;
        const nonce = concatBytes(nonce1, hex(doc.NONCE2));
        minerDoes(miner.submit({ jobId: id, time, nonce, solution: hex(doc.SOLUTION).subarray(3) }, 1));
      } else if (effect.kind === 'result') log.push(`result ${effect.accepted}`);
      else assert.ok(effect.kind === 'send' || effect.kind === 'ready', effect.kind);
    }
  };
  poolDoes(pool.job(JOB, true));
  minerDoes(miner.open());
  return { log, shares };
}

test('the document as one conversation between our server and our client', () => {
  const { log, shares } = play(Number.MAX_SAFE_INTEGER);
  assert.deepEqual(shares, [doc.SHARE_HEADER]);
  const said = log.map((entry) =>
    entry.startsWith('result') ? entry : [entry[0], JSON.parse(entry.slice(2))],
  );
  assert.deepEqual(said, [
    ['>', JSON.parse(doc.SUBSCRIBE)],
    ['<', { id: 1, result: ['5c8bb72a', doc.SHARE_NONCE1], error: null }],
    ['>', JSON.parse(doc.AUTHORIZE)],
    ['<', JSON.parse(doc.AUTHORIZE_REPLY)],
    ['<', JSON.parse(setTargetLine(EASY_TARGET))],
    ['<', { ...JSON.parse(doc.NOTIFY), params: ['5c8bb945', ...NOTIFY_PARAMS.slice(1)] }],
    ['>', JSON.parse(OUR_SUBMIT)],
    ['<', { id: 4, result: true, error: null }],
    'result true',
  ]);
});

test('the conversation is the same in pieces of any size, down to single bytes', () => {
  const whole = play(Number.MAX_SAFE_INTEGER);
  for (const size of [1, 2, 3, 7, 64, 1000, 2900]) assert.deepEqual(play(size), whole);
});

test('the server understands the miner side of the conversation wherever its bytes are split', () => {
  const stream = bytesOf(`${doc.SUBSCRIBE}\n${doc.AUTHORIZE}\r\n\n${OUR_SUBMIT}\n`);
  const hear = (cut: number): unknown[] => {
    const session = server({ target: MAX_TARGET_256 });
    session.job(JOB, true);
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
