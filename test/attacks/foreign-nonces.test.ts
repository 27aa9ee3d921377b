import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { plainShare, trueScene, trueShare, zcashScene } from './setup.ts';

test('T05: what was overheard is worth nothing on another connection, and the finder is still paid', async (context) => {
  const { rig, shares } = await zcashScene(context);
  const victim = await rig('victim');
  const thief = await rig('thief', { localAddress: '127.0.0.2' });
  const share = await plainShare(victim);
  // The thief is faster: as it stands, with the victim's whole nonce, and with its own nonce1 in front of that.
  const stolen = await thief.submit(share);
  assert.match(textOf(stolen), /^Invalid solution/);
  const whole = { nonce2: victim.nonce1 + share.nonce2 };
  assert.match(textOf(await thief.submit(share, whole)), /^The nonce does not begin with/);
  assert.match(
    textOf(await thief.submit(share, { nonce2: thief.nonce1 + victim.nonce1 + share.nonce2 })),
    /^Bad nonce/,
  );
  assert.match(
    textOf(await thief.submit(share, { nonce2: thief.nonce1 + share.nonce2 })),
    /^Invalid solution/,
  );
  // In the victim's name it is refused for the name alone.
  assert.equal(codeOf(await thief.submit(share, { ...whole, worker: 'victim' })), 24);
  assert.equal((await victim.submit(share)).result, true);
  assert.deepEqual(
    shares().map(({ worker }) => worker),
    ['victim'],
  );
});

test('T05: nonce2 has one length, whatever stands in it', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const own = share.nonce2.length / 2;
  for (let length = 0; length <= 40; length += 1) {
    if (length === own) continue;
    for (const byte of ['00', 'ff', miner.nonce1.slice(0, 2)]) {
      // A full nonce is taken, but only one that is its own.
      const nonce2 = length === 32 ? `ee${byte.repeat(31)}` : byte.repeat(length);
      const answer = await miner.submit(share, { nonce2 });
      assert.equal(codeOf(answer), 20);
      assert.match(
        textOf(answer),
        /^(Bad nonce: nonce2 must be 56 hex digits|The nonce does not begin with)/,
      );
    }
  }
  // Cut or filled up to the right value it is not the right length.
  for (const nonce2 of [share.nonce2.slice(2), `00${share.nonce2}`, `${share.nonce2}00`])
    assert.match(textOf(await miner.submit(share, { nonce2 })), /^Bad nonce/);
  assert.deepEqual(paid(), []);
});

test('T05: where nonce1 stands at the end of the nonce, that end is guarded', async (context) => {
  const { rig, paid } = await zcashScene(context, { port: { nonceLayout: 'trailing' } });
  const victim = await rig('victim');
  const thief = await rig('thief');
  // A count that ends in the thief's nonce1 would be the thief's own.
  let share = await plainShare(victim);
  while (share.nonce2.endsWith(thief.nonce1)) share = await plainShare(victim);
  for (const nonce2 of [
    share.nonce2 + victim.nonce1,
    victim.nonce1 + share.nonce2,
    // The leading layout's own form: its bytes would be anybody's.
    thief.nonce1 + share.nonce2,
  ])
    assert.match(textOf(await thief.submit(share, { nonce2 })), /^The nonce does not begin with/);
  assert.deepEqual(paid(), []);
});

test('T05: a session is resumed by its id and by nothing that others can see or guess', async (context) => {
  const { rig, events } = await zcashScene(context);
  const victim = await rig('victim');
  const { nonce1, sessionId } = victim;
  assert.match(String(sessionId), /^[0-9a-f]{32}$/);
  // While it is open, its id opens nothing: neither its nonce1 nor its jobs go to two connections.
  const early = await rig('thief', { session: sessionId });
  assert.notEqual(early.nonce1, nonce1);
  victim.client.close();
  while (!events.some(({ kind }) => kind === 'disconnected')) await new Promise((go) => setImmediate(go));
  const guesses = [
    nonce1,
    nonce1.padEnd(32, '0'),
    nonce1.padStart(32, '0'),
    nonce1.repeat(4),
    'victim',
    '127.0.0.1',
    '0'.repeat(32),
    'f'.repeat(32),
    String(sessionId).toUpperCase(),
    ` ${sessionId}`,
    `${sessionId}0`,
    String(sessionId).slice(0, 31),
    '__proto__',
    'constructor',
    '',
  ];
  for (const session of guesses) {
    const thief = await rig('thief', { session });
    assert.notEqual(thief.nonce1, nonce1, session);
    assert.notEqual(thief.sessionId, sessionId, session);
  }
  // Each id is another one, and the right one still works, once.
  const back = await rig('victim', { session: sessionId });
  assert.equal(back.nonce1, nonce1);
  const late = await rig('thief', { session: sessionId });
  assert.notEqual(late.nonce1, nonce1);
});

test('T05: whoever resumes a session is paid for nothing that was paid before, and authorises anew', async (context) => {
  const { rig, shares, events } = await zcashScene(context);
  const victim = await rig('victim');
  const paid = await plainShare(victim);
  const unpaid = await plainShare(victim);
  assert.equal((await victim.submit(paid)).result, true);
  victim.client.close();
  while (!events.some(({ kind }) => kind === 'disconnected')) await new Promise((go) => setImmediate(go));
  const resumed = await rig('thief', { session: victim.sessionId });
  assert.equal(resumed.nonce1, victim.nonce1);
  // The old session's workers are not the new connection's.
  assert.equal(codeOf(await resumed.submit(unpaid, { worker: 'victim' })), 24);
  assert.equal(codeOf(await resumed.submit(paid)), 22);
  assert.deepEqual(
    shares().map(({ worker, digest }) => [worker, Buffer.from(digest).toString('hex')]),
    [['victim', paid.digest]],
  );
});

test('T05: a TrueHash nonce of another range is paid once, and on a strict port not at all', async (context) => {
  const loose = await trueScene(context);
  const finder = await TrueRig.connect(loose.portOf('truechain'), 'finder');
  const other = await TrueRig.connect(loose.portOf('truechain'), 'other');
  const share = await trueShare(finder);
  const [id] = await other.job();
  // Real miners ignore the range that they are given, so the first to say it is paid, and nobody after that.
  assert.equal((await other.submit([String(id), share[1]])).result, true);
  assert.equal(codeOf(await finder.submit(share)), 22);
  assert.deepEqual(
    loose.shares().map(({ worker }) => worker),
    ['other'],
  );

  const strict = await trueScene(context, { port: { strictPrefix: true } });
  const owner = await TrueRig.connect(strict.portOf('truechain'), 'owner');
  const thief = await TrueRig.connect(strict.portOf('truechain'), 'thief');
  const [jobId, nonce] = await trueShare(owner);
  const [thiefJob] = await thief.job();
  for (const text of [nonce, `0x${BigInt(nonce).toString(16)}`]) {
    const answer = await thief.submit([String(thiefJob), text]);
    assert.match(textOf(answer), /^The nonce does not begin with/);
  }
  assert.equal((await owner.submit([jobId, nonce])).result, true);
  assert.deepEqual(
    strict.shares().map(({ worker }) => worker),
    ['owner'],
  );
});
