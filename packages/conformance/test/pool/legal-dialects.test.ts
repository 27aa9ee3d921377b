import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import type { Dialect } from '@adit/stratum';
import { type Finding, type PoolProbeOptions, runPoolProbe } from '../../src/index.ts';
import { easiestAllowed } from '../../src/pool/common/password-difficulty.ts';
import { type Fault, isMethod, type Json, onMethod, rewrite, withParam } from '../support/fault.ts';
import { probeOptions, TEST_LIMITS } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

interface Asked {
  readonly dialect?: Dialect;
  readonly only: readonly string[];
  readonly probe?: Partial<PoolProbeOptions>;
  /** Sends a job on the same block to all connections. */
  readonly refreshMs?: number;
}

/** The outcome and the sentence of each check, by its id, against a pool with an unusual but legal behaviour. */
async function ask(
  context: TestContext,
  fault: Fault,
  { dialect = 'zcash', only, probe = {}, refreshMs }: Asked,
): Promise<ReadonlyMap<string, Finding>> {
  const pool = await TestPool.start(context, { dialect }, fault);
  const timer = refreshMs === undefined ? undefined : setInterval(() => pool.nextJob(false), refreshMs);
  context.after(() => clearInterval(timer));
  const findings = await runPoolProbe(probeOptions(dialect, pool.port, { ...probe, only }));
  assert.deepEqual(findings.map(({ id }) => id).sort(), [...only].sort());
  return new Map(findings.map((finding) => [finding.id, finding]));
}

function assertAll(findings: ReadonlyMap<string, Finding>, outcomes: Readonly<Record<string, string>>): void {
  const got = [...findings.values()].map(({ id, outcome }) => [id, outcome]);
  const told = [...findings.values()].map(({ id, came }) => `${id}: ${came}`).join('\n');
  assert.deepEqual(Object.fromEntries(got), outcomes, told);
}

function paramsOf(message: Json): readonly unknown[] {
  return message['params'] as unknown[];
}

/** The pool ignores the session id of a miner. */
const FORGETFUL = onMethod('mining.subscribe', (message) => ({ ...message, params: [] }));

const RESUMING = {
  'zcash-resume': 'not_applicable',
  'zcash-resume-authorize': 'not_applicable',
  'zcash-resume-unknown': 'pass',
  'zcash-resume-duplicate': 'not_applicable',
  'zcash-resume-live': 'not_applicable',
  'zcash-resume-by-nonce1': 'not_applicable',
  'zcash-session-id-guess': 'not_applicable',
};

test('session ids that count up and cannot be resumed are not a fault', async (context) => {
  const fault = { ...FORGETFUL, sessionId: (n: number) => (0x5c8bb72a + n).toString(16) };
  assertAll(await ask(context, fault, { only: Object.keys(RESUMING) }), RESUMING);
});

test('the nonce1 of a closed connection may go to the next one where sessions are not resumed', async (context) => {
  // The n-th connection takes the place of a closed one, as when a check closes one and opens another.
  const fault = { ...FORGETFUL, nonce1: (n: number) => Uint8Array.of(9, n < 3 ? n : 3) };
  const findings = await ask(context, fault, { only: ['zcash-resume-by-nonce1'] });
  assertAll(findings, { 'zcash-resume-by-nonce1': 'not_applicable' });
});

test('a nonce1 of one byte may stand in a random session id, and still not in all at one place', async (context) => {
  const nonce1 = (n: number) => Uint8Array.of(n);
  const hex = (n: number) => n.toString(16).padStart(2, '0');
  const idOf = (n: number, place: number) => {
    const random = encodeHex(crypto.getRandomValues(new Uint8Array(16)));
    return random.slice(0, place) + hex(n) + random.slice(place + 2);
  };
  const only = ['zcash-session-id-guess'];
  const by = async (sessionId: (n: number) => string) => await ask(context, { nonce1, sessionId }, { only });
  assertAll(await by((n) => idOf(n, n)), { 'zcash-session-id-guess': 'pass' });
  assertAll(await by((n) => idOf(n, 7)), { 'zcash-session-id-guess': 'fail' });
});

test('the answer to a share may overtake the job that makes it stale', async (context) => {
  const asked = async (dialect: Dialect, id: string, first: number, refreshMs?: number) => {
    let shares = 0;
    const pool: TestPool = await TestPool.start(
      context,
      { dialect },
      {
        outgoing: (line, { socket, say }) => {
          if (!isMethod('mining.notify')(JSON.parse(line) as Json)) return line;
          setTimeout(() => socket.writable && say(line), 50);
          return undefined;
        },
        // A block comes right before this share.
        verdict: (keep) => {
          if (keep.accepted) shares += 1;
          if (!keep.accepted || shares !== first) return keep;
          pool.nextJob(true);
          return { accepted: false, reason: 'stale_job' };
        },
      },
    );
    const timer = refreshMs === undefined ? undefined : setInterval(() => pool.nextJob(false), refreshMs);
    context.after(() => clearInterval(timer));
    const limits = { ...TEST_LIMITS, jobMs: 20_000 };
    const [finding] = await runPoolProbe(probeOptions(dialect, pool.port, { only: [id], limits }));
    assert.equal(`${id}: ${finding?.outcome}`, `${id}: pass`, finding?.came);
    assert.ok(shares > first);
  };
  await asked('zcash', 'zcash-one-spelling', 1);
  await asked('zcash', 'zcash-old-job', 1, 300);
  await asked('truestratum', 'true-job-same-header', 2);
});

test('a session id that comes back with another nonce1 is a fault', async (context) => {
  const fault: Fault = {
    incoming: (line, { memory }) => {
      const message = JSON.parse(line) as Json;
      if (message['method'] !== 'mining.subscribe') return line;
      memory.set('asked', paramsOf(message)[1]);
      return JSON.stringify({ ...message, params: [] });
    },
    outgoing: (line, { memory }) => {
      const message = JSON.parse(line) as Json;
      const { result } = message;
      const asked = memory.get('asked');
      if (!Array.isArray(result) || typeof asked !== 'string') return line;
      return JSON.stringify({ ...message, result: [asked, result[1]] });
    },
  };
  assertAll(await ask(context, fault, { only: ['zcash-resume'] }), { 'zcash-resume': 'fail' });
});

test('clean refreshes of one block do not make shares stale: the pool may go on paying', async (context) => {
  const fault = rewrite(isMethod('mining.notify'), (message) => withParam(message, 7, true));
  const probe = { limits: { ...TEST_LIMITS, jobMs: 2_500 } };
  const findings = await ask(context, fault, { only: ['zcash-stale-job'], probe, refreshMs: 500 });
  assertAll(findings, { 'zcash-stale-job': 'cannot_tell' });
  assert.match(findings.get('zcash-stale-job')?.came ?? '', /^no job on another block came/);
});

test('a pool may judge a share of an older job by a target that became harder later', async (context) => {
  const fault: Fault = {
    outgoing: (line, connection) => {
      if (!isMethod('mining.notify')(JSON.parse(line) as Json)) return line;
      const jobs = Number(connection.memory.get('jobs') ?? 0) + 1;
      connection.memory.set('jobs', jobs);
      // The target is so hard that a share of the older job cannot meet it by chance.
      const params = ['f'.padStart(64, '0')];
      if (jobs === 2) connection.say(JSON.stringify({ id: null, method: 'mining.set_target', params }));
      return line;
    },
    verdict: (keep, _submission, { memory }) =>
      Number(memory.get('jobs')) > 1 && keep.accepted ? { accepted: false, reason: 'low_difficulty' } : keep,
  };
  const probe = { limits: { ...TEST_LIMITS, jobMs: 4_000 } };
  const findings = await ask(context, fault, { only: ['zcash-old-job'], probe, refreshMs: 700 });
  assertAll(findings, { 'zcash-old-job': 'cannot_tell' });
  // Where the target has not changed, the same answer is a fault.
  const other: Fault = { ...fault, outgoing: rewriteJobs(fault) };
  assertAll(await ask(context, other, { only: ['zcash-old-job'], probe, refreshMs: 700 }), {
    'zcash-old-job': 'fail',
  });
});

/** Counts jobs, and sends no targets. */
function rewriteJobs({ outgoing }: Fault): NonNullable<Fault['outgoing']> {
  return (line, connection) => outgoing?.(line, { ...connection, say: () => {} });
}

/** Refuses all submissions in one way: the lengths of solutions would show that this pool is of another chain. */
const TELLS_NOTHING: Pick<Fault, 'incoming'> = {
  incoming: (line, { say }) => {
    const { method, id } = JSON.parse(line) as Json;
    if (method !== 'mining.submit') return line;
    say(JSON.stringify({ id, result: null, error: [20, 'no', null] }));
    return undefined;
  },
};

test('the version of a header is that of the chain: Zcash and Bitcoin Gold have different ones', async (context) => {
  const gold = rewrite(isMethod('mining.notify'), (message) => withParam(message, 1, '00000020'));
  const only = ['zcash-notify-shape'];
  const chain = (n: number, k: number, personalization: string) => ({
    only,
    probe: { equihash: { n, k, personalization } },
  });
  const right = { 'zcash-notify-shape': 'pass' };
  assertAll(await ask(context, gold, chain(144, 5, 'BgoldPoW')), right);
  assertAll(await ask(context, {}, chain(200, 9, 'ZcashPoW')), right);
  const wrong = { 'zcash-notify-shape': 'fail' };
  assertAll(await ask(context, { ...gold, ...TELLS_NOTHING }, chain(200, 9, 'ZcashPoW')), wrong);
  const short = rewrite(isMethod('mining.notify'), (message) => withParam(message, 1, '20'));
  assertAll(await ask(context, { ...short, ...TELLS_NOTHING }, chain(144, 5, 'BgoldPoW')), wrong);
});

/** Sends another target to all connections, and at a wish the one that `granted` returns. */
function portOf(first: string, granted: (wish: unknown) => string | undefined): Fault {
  return {
    outgoing: (line, { memory }) => {
      const message = JSON.parse(line) as Json;
      if (!isMethod('mining.set_target')(message) || memory.has('wish')) return line;
      return JSON.stringify(withParam(message, 0, first));
    },
    incoming: (line, { memory, say }) => {
      const message = JSON.parse(line) as Json;
      const [wish, password] = Array.isArray(message['params']) ? message['params'] : [];
      const isWish = message['method'] === 'mining.suggest_target' || /d=/.test(String(password));
      const target = isWish ? granted(wish) : undefined;
      if (target === undefined) return line;
      memory.set('wish', true);
      say(JSON.stringify({ id: null, method: 'mining.set_target', params: [target] }));
      return line;
    },
  };
}

const WISHES = ['zcash-suggest-abuse', 'password-difficulty'];

test('a wish never gets a target that nearly every hash meets, however hard the port is', async (context) => {
  const hard = '0007'.padEnd(64, 'f');
  const both = (outcome: string) => Object.fromEntries(WISHES.map((id) => [id, outcome]));
  const all = portOf(hard, () => 'f'.repeat(64));
  assertAll(await ask(context, all, { only: WISHES }), both('fail'));
  // This pool has a low least difficulty.
  const some = portOf(hard, () => '0f'.padEnd(64, 'f'));
  assertAll(await ask(context, some, { only: WISHES }), both('pass'));
  // A test port is easy even without a wish.
  const easy = portOf('1'.padEnd(64, 'f'), () => 'f'.repeat(64));
  assertAll(await ask(context, easy, { only: WISHES }), both('pass'));
});

test('a wish makes a target at most 2^32 times easier', () => {
  assert.equal(easiestAllowed(1n << 200n, 256), 1n << 232n);
  assert.equal(easiestAllowed(1n << 243n, 256), 1n << 255n);
  assert.equal(easiestAllowed(1n << 100n, 128), 1n << 127n);
  // On this test port a share takes eight hashes.
  assert.ok(easiestAllowed(1n << 253n, 256) > 1n << 256n);
});

test('the chain has no seeds of epoch 0: a pool may say so', async (context) => {
  const fault = onMethod('mining.seedhash', ({ id }, { say }) => {
    say(JSON.stringify({ id, result: null, error: [20, 'no seeds at epoch 0', null] }));
    return undefined;
  });
  const outcomes = {
    'true-seeds-shape': 'not_applicable',
    'true-seeds-rebuild': 'not_applicable',
    'true-seeds-old-job': 'not_applicable',
    'true-seeds-after-reconnect': 'pass',
  };
  assertAll(await ask(context, fault, { dialect: 'truestratum', only: Object.keys(outcomes) }), outcomes);
  const silent = onMethod('mining.seedhash', () => undefined);
  assertAll(await ask(context, silent, { dialect: 'truestratum', only: ['true-seeds-shape'] }), {
    'true-seeds-shape': 'fail',
  });
});

test('the worker name in a request for seeds makes no difference, and a connection that is not logged in may be closed', async (context) => {
  const only = ['true-seeds-no-login'];
  const right = { 'true-seeds-no-login': 'pass' };
  const anyName = onMethod('mining.seedhash', (message, { memory }) =>
    memory.has('in') ? withParam(message, 0, 'alice.rig1') : message,
  );
  const fault: Fault = {
    incoming: (line, connection) => {
      if (line.includes('mining.authorize')) connection.memory.set('in', true);
      return anyName.incoming?.(line, connection);
    },
  };
  assertAll(await ask(context, fault, { dialect: 'truestratum', only }), right);
  const closing: Fault = {
    incoming: (line, { memory, socket }) => {
      if (line.includes('mining.authorize')) memory.set('in', true);
      if (!line.includes('mining.seedhash') || memory.has('in')) return line;
      socket.destroy();
      return undefined;
    },
  };
  assertAll(await ask(context, closing, { dialect: 'truestratum', only }), right);
});

test('a pool may hold miners to their extranonce, as its document has it', async (context) => {
  const fault: Fault = {
    nonce1: () => Uint8Array.of(7, 7),
    verdict: (keep, submission) => {
      const [nonce = 0n] = (submission as { nonces: readonly bigint[] }).nonces;
      return nonce >> 48n === 0x0707n ? keep : { accepted: false, reason: 'wrong_nonce1' };
    },
  };
  const only = ['true-nonce-outside-range'];
  const findings = await ask(context, fault, { dialect: 'truestratum', only });
  assertAll(findings, { 'true-nonce-outside-range': 'pass' });
  assert.match(findings.get('true-nonce-outside-range')?.came ?? '', /refused with/);
});

test('a pool may read a nonce leniently where it pays it once, and junk may end the connection', async (context) => {
  const asked = { dialect: 'truestratum', only: ['true-nonce-forms', 'true-nonce-spellings'] } as const;
  const right = { 'true-nonce-forms': 'pass', 'true-nonce-spellings': 'pass' };
  const trims = onMethod('mining.submit', (message) => {
    const [, , nonce] = paramsOf(message);
    return typeof nonce === 'string' ? withParam(message, 2, nonce.trim()) : message;
  });
  const kind = await ask(context, trims, asked);
  assertAll(kind, right);
  assert.match(kind.get('true-nonce-forms')?.came ?? '', /accepted with a space before it, and only so/);
  const strict = onMethod('mining.submit', (message, { socket }) => {
    if (/^[0-9]+$/.test(String(paramsOf(message)[2]))) return message;
    socket.destroy();
    return undefined;
  });
  const only = ['true-nonce-forms'];
  assertAll(await ask(context, strict, { ...asked, only }), { 'true-nonce-forms': 'pass' });
  // The pool must not accept another number.
  const wraps = onMethod('mining.submit', (message) => {
    const nonce = String(paramsOf(message)[2]);
    return /^-[0-9]+$/.test(nonce)
      ? withParam(message, 2, BigInt.asUintN(64, BigInt(nonce)).toString())
      : message;
  });
  assertAll(await ask(context, wraps, { ...asked, only }), { 'true-nonce-forms': 'fail' });
});

test('where a share cannot be found in time the probe says so at once, on a TrueStratum port too', async (context) => {
  const hardest = rewrite(isMethod('mining.set_difficulty'), (message) =>
    withParam(message, 0, '1'.padStart(32, '0')),
  );
  const only = ['true-share-accepted', 'true-share-other-header'];
  const probe = { limits: { ...TEST_LIMITS, shareMs: 600_000 } };
  const findings = await ask(context, hardest, { dialect: 'truestratum', only, probe });
  for (const { outcome, came, milliseconds } of findings.values()) {
    assert.equal(outcome, 'cannot_tell');
    assert.match(came, /2\^1\d\d hashes, and this machine makes \d+ a second; the limit is 600 s/);
    // Far below the limit, also on a machine that stands still for some time.
    assert.ok(milliseconds < 60_000, `${milliseconds} ms`);
  }
});
