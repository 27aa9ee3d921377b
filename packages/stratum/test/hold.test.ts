import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_LIMITS, type ServerEffect, type ServerSession } from '../src/index.ts';
import { ofKind, one, readyTrue, readyZcash, trueSubmit, zcashSubmit } from './support.ts';

const limits = { ...MESSAGE_LIMITS, pendingSubmissions: 4 };
const ACCEPTED = { accepted: true, weight: 1n } as const;
const REFUSED = { accepted: false, reason: 'stale_job' } as const;

interface Tried {
  readonly session: Pick<ServerSession<unknown>, 'look' | 'verdict' | 'pending'>;
  /** Sends a submission. */
  submit(id: number, now: number): readonly ServerEffect<unknown>[];
}

/** Both dialects. */
function sessions(): Tried[] {
  const zcash = readyZcash({ limits });
  const truestratum = readyTrue({ limits });
  return [
    { session: zcash, submit: (id: number, now: number) => zcash.line(zcashSubmit(id), now) },
    {
      session: truestratum,
      submit: (id: number, now: number) =>
        truestratum.line(trueSubmit(id, '000000010000', String(1_060 + id)), now),
    },
  ];
}

test('a session asks to read on after five seconds although no verdict has come', () => {
  for (const { session, submit } of sessions()) {
    for (let id = 0; id < 4; id += 1) assert.equal(ofKind(submit(id, 100), 'hold').length, id === 3 ? 1 : 0);
    assert.deepEqual(session.look(5_099), []);
    assert.deepEqual(session.look(5_100), [{ kind: 'go_on' }]);
    assert.deepEqual(session.look(5_101), [], 'once');
    assert.equal(session.pending, 4, 'all of them still wait');
  }
});

test('after a whole hold all lines are read at once, however many submissions come, until something is accepted', () => {
  for (const { session, submit } of sessions()) {
    const old = Array.from({ length: 4 }, (_, id) => one(submit(id, 0), 'submit').token);
    one(session.look(5_000), 'go_on');
    const more = Array.from({ length: 400 }, (_, id) => {
      const effects = submit(10 + id, 5_001);
      assert.deepEqual(ofKind(effects, 'hold'), [], String(id));
      return one(effects, 'submit').token;
    });
    // A refusal of one of these says nothing about what hangs.
    session.verdict(more.pop() ?? 0, REFUSED, 5_002);
    for (let id = 0; id < 8; id += 1) assert.deepEqual(ofKind(submit(500 + id, 5_003), 'hold'), []);
    // The pool keeps shares again: as many as before may wait, besides those that waited through the trouble.
    session.verdict(old[0] ?? 0, ACCEPTED, 5_004);
    const news = Array.from({ length: 4 }, (_, id) => {
      const effects = submit(600 + id, 6_000);
      assert.equal(ofKind(effects, 'hold').length, id === 3 ? 1 : 0, String(id));
      return one(effects, 'submit').token;
    });
    // A late verdict on an old submission makes no room: it has made some already.
    for (const token of more) assert.deepEqual(ofKind(session.verdict(token, ACCEPTED, 6_001), 'go_on'), []);
    const goesOn = news.map((token) => ofKind(session.verdict(token, ACCEPTED, 6_002), 'go_on').length);
    assert.deepEqual(goesOn, [0, 1, 0, 0]);
    for (let id = 0; id < 4; id += 1)
      assert.equal(ofKind(submit(700 + id, 6_003), 'hold').length, id === 3 ? 1 : 0);
  }
});

test('a session that is never given a verdict ends at 1,024 submissions, whatever holds were over before', () => {
  for (const { session, submit } of sessions()) {
    let closes = 0;
    for (let id = 0; id < 1_025; id += 1) {
      closes += ofKind(submit(id, id * 10_000), 'close').length;
      session.look(id * 10_000 + 5_000);
    }
    assert.equal(closes, 1);
  }
});
