import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Census, CONNECTION_LIMITS } from '@adit/net';
import { LineClient } from '@adit/test-kit/line-client';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { BanList } from '../src/conduct/ban-list.ts';
import { Conduct } from '../src/conduct/conduct.ts';
import { CONDUCT_DEFAULTS, type ConductOptions } from '../src/conduct/options.ts';
import type { PoolEvent } from '../src/events.ts';
import { POOL_LIMITS, type PoolLimits } from '../src/pool-limits.ts';
import type { ZcashPortOptions } from '../src/ports/port-options.ts';
import type { ZcashEngine } from '../src/zcash/engine.ts';
import { ZcashPort } from '../src/zcash/port.ts';
import { CHAIN, NETWORK, zcashEngine } from './support/engines.ts';
import { allocatorWith } from './support/leases.ts';

interface OpenPort {
  readonly port: ZcashPort;
  readonly number: number;
  readonly events: PoolEvent[];
}

const OPTIONS: ZcashPortOptions = {
  name: 'test',
  host: '127.0.0.1',
  port: 0,
  dialect: 'zcash',
  nonce1Bytes: 4,
  startWeight: 1n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  shareIntervalMs: 600_000,
  nonceLayout: 'leading',
  jobOnSubscribe: false,
  failedResult: null,
};

interface Changes {
  /** How many nonce1 values there are. */
  readonly nonces?: number;
  readonly options?: Partial<ZcashPortOptions>;
  readonly limits?: Partial<PoolLimits>;
  readonly conduct?: ConductOptions;
}

async function open(context: TestContext, engine: ZcashEngine, changes: Changes = {}): Promise<OpenPort> {
  const { nonces = 1024 } = changes;
  const events: PoolEvent[] = [];
  const bans = new BanList({ dataFolder: temporaryFolder(context), allow: [] }, { now: Date.now });
  let ids = 0;
  const port = new ZcashPort(
    { ...OPTIONS, ...changes.options },
    { ...POOL_LIMITS, ...changes.limits },
    {
      engine,
      census: new Census(CONNECTION_LIMITS),
      bans,
      conduct: new Conduct(changes.conduct ?? CONDUCT_DEFAULTS, { bans }),
      onBanned: () => {},
      nonce1: await allocatorWith(nonces),
      liveSince: () => engine.liveSince,
      onEvent: (event) => events.push(event),
      nextId: () => {
        ids += 1;
        return ids;
      },
    },
  );
  const number = await port.listen();
  context.after(async () => {
    await port.close();
    bans.close();
  });
  return { port, number, events };
}

/** Lets the port look at every connection once, as if the time had passed. */
function lookAtAll(port: ZcashPort, afterMs: number, from = performance.now()): void {
  for (let i = 0; i < 20; i += 1) port.tick(from + afterMs);
}

function causesOf(events: readonly PoolEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'disconnected' ? [event.cause] : []));
}

test('a connection that does not subscribe, authorise or find a share in time is closed, and others stay', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number, events } = await open(context, engine);
  const began = performance.now();
  const silent = await LineClient.connect(number);
  const half = await LineClient.connect(number);
  await half.request('mining.subscribe', []);
  const idle = await ZcashRig.connect(number, CHAIN.equihash);
  const miner = await ZcashRig.connect(number, CHAIN.equihash);
  assert.equal((await miner.submit(await miner.solve((value, target) => value <= target))).result, true);
  // The time begins with the connections, since the steps until now may have been slow.
  lookAtAll(port, 19_000, began);
  assert.equal(port.connections, 4);
  lookAtAll(port, 21_000);
  await until('the silent one is gone', () => silent.ended);
  lookAtAll(port, 61_000);
  await until('the one without a worker is gone', () => half.ended);
  lookAtAll(port, 3_601_000);
  await until('the one without a share is gone', () => idle.client.ended);
  assert.equal(miner.client.ended, false);
  assert.deepEqual(causesOf(events), ['no_subscribe', 'no_login', 'no_share']);
  miner.client.close();
});

test('a connection that begins with another protocol ends as refused, and not as an error', async (context) => {
  const { engine } = await zcashEngine(context);
  const { number, events } = await open(context, engine);
  const strangers = ['GET / HTTP/1.1\r\n', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n', '\u0016\u0003\u0001\n'];
  for (const [index, text] of strangers.entries()) {
    const socket = connect({ host: '127.0.0.1', port: number }).on('error', () => {});
    socket.resume().write(text);
    await until('it is gone', () => causesOf(events).length === index + 1);
    socket.destroy();
  }
  assert.deepEqual(causesOf(events), ['refused', 'refused', 'refused']);
});

test('miners of an address that conduct bans are told so, and their connections end with that cause', async (context) => {
  const { engine } = await zcashEngine(context);
  const conduct = { ...CONDUCT_DEFAULTS, warnAt: 0.1, slowAt: 0.1, disconnectAt: 0.2, slowMs: 1 };
  const cases = [
    [{ ...conduct, banAt: 1_000 }, 'conduct'],
    [{ ...conduct, banAt: 0.2 }, 'banned'],
  ] as const;
  for (const [options, cause] of cases) {
    const { number, events } = await open(context, engine, { conduct: options });
    const client = await LineClient.connect(number);
    client.write('{"id":1,"method":"mining.subscribe","params":[]}\nnot json\n');
    await until('it is gone', () => client.ended);
    assert.deepEqual(causesOf(events), [cause]);
  }
});

test('a session goes on after its connection was lost: its id, its nonce1, its jobs', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine);
  const first = await ZcashRig.connect(number, CHAIN.equihash);
  const share = await first.solve((value, target) => value <= target);
  const inBetween = await ZcashRig.connect(number, CHAIN.equihash);
  first.client.close();
  await until('it has left', () => port.connections === 1 && port.kept === 1);
  const { sessionId: session } = first;
  assert.match(String(session), /^[0-9a-f]{32}$/);
  const again = await ZcashRig.connect(number, CHAIN.equihash, 'alice.rig1', { session });
  assert.deepEqual([again.sessionId, again.nonce1], [session, first.nonce1]);
  assert.notEqual(inBetween.nonce1, first.nonce1);
  // A share for a job of the lost connection.
  assert.equal((await again.submit(share)).result, true);
  assert.equal(port.kept, 0);
  for (const rig of [again, inBetween]) rig.client.close();
});

test('a session that is in use, or too old, cannot be resumed: its id gets a new session', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine, { limits: { resumeMs: 1_000 } });
  const first = await ZcashRig.connect(number, CHAIN.equihash);
  await first.job();
  const { sessionId: session } = first;
  const thief = await ZcashRig.connect(number, CHAIN.equihash, 'mallory', { session });
  assert.notEqual(thief.sessionId, session);
  assert.notEqual(thief.nonce1, first.nonce1);
  first.client.close();
  await until('it is kept', () => port.kept === 1);
  lookAtAll(port, 1_500);
  assert.equal(port.kept, 0);
  const late = await ZcashRig.connect(number, CHAIN.equihash, 'alice.rig1', { session });
  assert.notEqual(late.sessionId, session);
  for (const rig of [thief, late]) rig.client.close();
});

test('where sessions are not kept the session id is null, as ZIP 301 wants it', async (context) => {
  const { engine } = await zcashEngine(context);
  const { number } = await open(context, engine, { limits: { resumeMs: 0 } });
  const rig = await ZcashRig.connect(number, CHAIN.equihash);
  assert.equal(rig.sessionId, null);
  rig.client.close();
});

test('a difficulty in the password stays, within the bounds of the port', async (context) => {
  const { engine } = await zcashEngine(context);
  const options = { weightOfDifficulty: (text: string) => BigInt(Number(text) * 16), maxWeight: 64n };
  const { port, number, events } = await open(context, engine, { options });
  const rigs: LineClient[] = [];
  for (const password of ['x,d=2', 'd=1000', 'd=NaN']) {
    const client = await LineClient.connect(number);
    await client.request('mining.subscribe', []);
    await client.request('mining.authorize', ['alice', password]);
    rigs.push(client);
  }
  lookAtAll(port, 2_000);
  const weights = events.flatMap((event) => (event.kind === 'target_changed' ? [event.weight] : []));
  assert.deepEqual(weights, [32n, 64n]);
  await until('the slip is told', () => rigs[2]?.last('client.show_message') !== undefined);
  await until('the new targets are in force', () =>
    rigs.slice(0, 2).every((client) => client.count('mining.set_target') === 2),
  );
  for (const client of rigs) client.close();
});

test('a trouble of the pool is shown to every miner once, later ones included', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine);
  const early = await ZcashRig.connect(number, CHAIN.equihash);
  port.trouble('no node gives work');
  lookAtAll(port, 0);
  const late = await ZcashRig.connect(number, CHAIN.equihash);
  lookAtAll(port, 0);
  lookAtAll(port, 0);
  for (const { client } of [early, late]) {
    await until('it is told', () => client.last('client.show_message') !== undefined);
    assert.deepEqual(client.last('client.show_message'), ['no node gives work']);
    assert.equal(client.count('client.show_message'), 1);
    client.close();
  }
});

test('miners are asked to connect again, to the public address of the port where it has one', async (context) => {
  const { engine } = await zcashEngine(context);
  const publicAddress = { host: 'pool.example.com', port: 3333 };
  const plain = await open(context, engine);
  const named = await open(context, engine, { options: { publicAddress } });
  const expected = [
    [plain, []],
    [named, ['pool.example.com', 3333, 0]],
  ] as const;
  for (const [{ port, number }, params] of expected) {
    const rig = await ZcashRig.connect(number, CHAIN.equihash);
    const silent = await LineClient.connect(number);
    await until('both are there', () => port.connections === 2);
    port.reconnectAll(0);
    await until('it is asked', () => rig.client.last('client.reconnect') !== undefined);
    assert.deepEqual(rig.client.last('client.reconnect'), params);
    await until('who understands nothing yet is closed', () => silent.ended);
    rig.client.close();
  }
});

test('shares of a worker that logs in under an alias are those of its account', async (context) => {
  const { engine } = await zcashEngine(context);
  const account = `u1${'q'.repeat(211)}`;
  const aliases = new Map([['bob', account]]);
  const { number, events } = await open(context, engine, {
    options: { access: { aliases, allow: [account] } },
  });
  const rig = await ZcashRig.connect(number, CHAIN.equihash, 'bob.rig1');
  await rig.job();
  assert.equal((await rig.submit(await rig.solve((value, target) => value <= target))).result, true);
  rig.client.close();
  const named = events.flatMap((event) =>
    event.kind === 'authorized' || event.kind === 'share_accepted' ? [[event.kind, event.worker]] : [],
  );
  assert.deepEqual(named, [
    ['authorized', `${account}.rig1`],
    ['share_accepted', `${account}.rig1`],
  ]);
});

test('a port knows who mines on it: each worker once, with what was accepted and refused, until its connection ends', async (context) => {
  const { engine } = await zcashEngine(context);
  const aliases = new Map([['bob', 'robert']]);
  const { port, number, events } = await open(context, engine, { options: { access: { aliases } } });
  const entries = () => [...port.members].flatMap((miner) => miner.entries(performance.now()));
  const rig = await ZcashRig.connect(number, CHAIN.equihash, 'bob.rig1');
  for (const name of ['robert.rig1', 'carol']) await rig.client.request('mining.authorize', [name, 'x']);
  await rig.job();
  const share = await rig.solve((value, target) => value <= target);
  assert.equal((await rig.submit(share)).result, true);
  assert.equal((await rig.submit(share)).result, null, 'a duplicate');
  const [first, second, ...more] = entries();
  assert.deepEqual(more, []);
  assert.deepEqual(
    [first?.worker, first?.port, first?.address, first?.accepted, first?.refused, first?.weight],
    ['robert.rig1', 'test', '127.0.0.1', 1, 1, 1n],
  );
  assert.ok(first !== undefined && first.rate > 0 && first.lastShareMs !== undefined);
  assert.ok(first.lastShareMs <= first.sinceMs);
  assert.deepEqual(
    [second?.worker, second?.accepted, second?.refused, second?.rate, second?.lastShareMs],
    ['carol', 0, 0, 0, undefined],
  );
  rig.client.close();
  await until('it has left', () => causesOf(events).length === 1);
  assert.deepEqual(entries(), []);
});

test('changed bounds reach miners that are connected', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine);
  const rig = await ZcashRig.connect(number, CHAIN.equihash);
  await rig.job();
  const easy = rig.target;
  port.update({ ...OPTIONS, startWeight: 8n, minWeight: 8n }, POOL_LIMITS);
  lookAtAll(port, 2_000);
  await until('the target is harder', () => rig.target < easy);
  assert.equal((await rig.submit(await rig.solve((value, target) => value <= target))).result, true);
  rig.client.close();
});

test('a share of a miner that has left is still counted as under way: it may be a block', async (context) => {
  const { engine, verifier, devnet } = await zcashEngine(context, { held: true });
  const { port, number } = await open(context, engine);
  const rig = await ZcashRig.connect(number, CHAIN.equihash);
  rig.submit(await rig.solve((value) => value <= NETWORK)).catch(() => {});
  await until('it is being judged', () => port.judging === 1);
  rig.client.close();
  await until('it has left', () => port.connections === 0);
  assert.equal(port.judging, 1);
  verifier.release();
  await until('it is judged', () => port.judging === 0);
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
});

test('lines that come while too many shares wait are read after the verdicts: no share is refused, and a block reaches the node', async (context) => {
  // The test holds back all proofs, so all shares still wait when the block is read, even on a slow machine.
  const { engine, verifier, devnet } = await zcashEngine(context, { held: true });
  const { port, number } = await open(context, engine);
  const rig = await ZcashRig.connect(number, CHAIN.equihash);
  const sent = [];
  for (let i = 0; i < POOL_LIMITS.messages.pendingSubmissions; i += 1)
    sent.push(await rig.solve((value, target) => value <= target && value > NETWORK));
  sent.push(await rig.solve((value) => value <= NETWORK));
  const lines = sent.map(({ jobId, time, nonce2, solution }, id) =>
    JSON.stringify({
      id: 1000 + id,
      method: 'mining.submit',
      params: [rig.worker, jobId, time, nonce2, solution],
    }),
  );
  rig.client.write(`${lines.join('\n')}\n`);
  await until('as many as may wait are being judged', () => port.judging === sent.length - 1);
  const answered = () => rig.client.answers.filter(({ id }) => Number(id) >= 1000);
  assert.deepEqual(answered(), []);
  verifier.release();
  await until('all are answered', () => answered().length === sent.length);
  const errors = answered().map(({ error }) => error);
  assert.deepEqual(errors, new Array(sent.length).fill(null));
  await until('the node has the block', () => devnet.acceptedBlocks === 1);
  rig.client.close();
});

test('connections that say nothing use up no nonce1', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine, { nonces: 2 });
  for (let i = 0; i < 10; i += 1) {
    const check = await LineClient.connect(number);
    await until('it is there', () => port.connections === 1);
    check.close();
    await until('it has left', () => port.connections === 0);
  }
  const miner = await LineClient.connect(number);
  assert.notEqual((await miner.request('mining.subscribe', [])).result, null);
  miner.close();
});

test('a miner whose nonce1 went to another process gets another one, or has to connect again', async (context) => {
  const { engine } = await zcashEngine(context);
  const { port, number } = await open(context, engine);
  const knowing = await ZcashRig.connect(number, CHAIN.equihash, 'alice');
  const plain = await ZcashRig.connect(number, CHAIN.equihash, 'bob');
  const gone = await ZcashRig.connect(number, CHAIN.equihash, 'carol');
  await knowing.client.request('mining.extranonce.subscribe', []);
  for (const rig of [knowing, plain, gone]) await rig.job();
  gone.client.close();
  await until('its session is kept', () => port.kept === 1);
  port.renumber({ has: () => true });
  await until('it has another nonce1', () => knowing.client.last('mining.set_extranonce') !== undefined);
  assert.notEqual(knowing.client.last('mining.set_extranonce')?.[0], knowing.nonce1);
  await until('it has a clean job with it', () => knowing.client.last('mining.notify')?.[7] === true);
  await until('the other one was asked to connect again', () => plain.client.ended);
  assert.deepEqual(plain.client.last('client.reconnect'), []);
  assert.equal(port.kept, 0);
  knowing.client.close();
});
