import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { bigintToBytes, targetFromHex, targetOfEitherHalf } from '@adit/primitives';
import {
  firstNonceOf,
  type ServerEffect,
  TrueStratumServerSession,
  type TrueSubmission,
} from '@adit/stratum';
import { Random } from '@adit/test-kit/random';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { FROM } from './support/engines.ts';
import { filled, type ScriptedTrueSetup, scriptedTrue } from './support/scripted-truechain.ts';

/** Hashes that the greedy miner makes on each header that it gets, and how often it gets one. */
const HASHES = 2_500;
const ROUNDS = 32;
const START = 8n;
const WISHES = [2n, 4n, 8n, 16n, 32n];

interface Told {
  readonly id: string;
  readonly target: bigint;
}

/** One connection of the greedy miner, with all job ids and targets that it ever got, by header. */
class Connection {
  readonly nonce1: Uint8Array;
  readonly told = new Map<string, Told[]>();
  /** Of what it was told: the first id of each target, and the newest id, by header. */
  readonly offers = new Map<string, Told[]>();
  #session: TrueStratumServerSession;
  #target = 0n;

  constructor(setup: ScriptedTrueSetup, nonce1: Uint8Array, strict: boolean) {
    this.nonce1 = nonce1;
    this.#session = new TrueStratumServerSession(
      {
        authorize: () => true,
        failedResult: false,
        strictPrefix: strict,
        refreshDelayMs: () => 0,
        seedsOf: () => undefined,
        termsOf: (sequence) => setup.engine.termsOf(sequence),
        // The greedy miner answers faster than a port allows.
        limits: undefined as never,
      },
      {
        nonce1,
        sessionId: 'f'.repeat(32),
        targets: [{ from: 0, value: targetOfEitherHalf(START) }],
        refreshMs: 1,
      },
    );
    for (const [id, method, params] of [
      [1, 'mining.subscribe', ['greedy', '1']],
      [2, 'mining.authorize', ['alice.rig', 'x']],
    ]) {
      this.hear(this.#session.line(Buffer.from(JSON.stringify({ id, method, params })), 0));
    }
    this.job(setup, true);
  }

  job({ engine }: ScriptedTrueSetup, clean: boolean): void {
    if (engine.job !== undefined) this.hear(this.#session.job(engine.job, clean, 0));
  }

  wish({ engine }: ScriptedTrueSetup, weight: bigint): void {
    this.#session.setTarget(targetOfEitherHalf(weight), engine.newestJob + 1, engine.oldestTerms);
  }

  refresh(now: number): void {
    this.hear(this.#session.tick(now));
  }

  submit(id: string, nonce: bigint): TrueSubmission | undefined {
    const message = { id: 9, method: 'mining.submit', params: ['alice.rig', id, nonce.toString()] };
    const effects = this.#session.line(Buffer.from(JSON.stringify(message)), 0);
    const submission = effects.find((effect) => effect.kind === 'submit');
    if (submission?.kind !== 'submit') return undefined;
    this.hear(this.#session.verdict(submission.token, { accepted: true, weight: 1n }, 0));
    return submission.submission;
  }

  hear(effects: readonly ServerEffect<TrueSubmission>[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      for (const line of String(effect.data).split('\n')) {
        if (line === '') continue;
        const { method, params } = JSON.parse(line) as { method?: string; params: readonly string[] };
        if (method === 'mining.set_difficulty') this.#target = targetFromHex(params[0], 16) ?? 0n;
        else if (method === 'mining.notify') {
          const header = String(params[2]);
          const list = this.told.get(header) ?? [];
          list.push({ id: String(params[0]), target: this.#target });
          this.told.set(header, list);
          const firsts = list.filter(
            ({ target }, i) => list.findIndex((earlier) => earlier.target === target) === i,
          );
          const newest = list.slice(-1).filter((one) => !firsts.includes(one));
          this.offers.set(header, [...firsts, ...newest]);
        }
      }
    }
  }
}

/** The two halves of a digest, which look random. */
function halvesOf(header: string, nonce: bigint): readonly [bigint, bigint] {
  const digest = createHash('sha256').update(header).update(bigintToBytes(nonce, 8)).digest();
  const half = (at: number) => (digest.readBigUInt64BE(at) << 64n) | digest.readBigUInt64BE(at + 8);
  return [half(0), half(16)];
}

/**
 * A miner that hands each hash in where it is worth most: under every id of its header, on every connection, after
 * changes of targets, reconnections, other network targets from the node, headers that come back, and a restart.
 * @returns credit for each hash that was made, and its standard error
 */
async function greed(context: TestContext, strict: boolean, seed: number): Promise<[number, number]> {
  const random = new Random(seed);
  const data = temporaryFolder(context);
  const loose = { startWeight: START, minWeight: 2n, maxWeight: 16n, fixed: false, shareIntervalMs: 1_000 };
  const hard = { fruitTarget: 1n, blockTarget: 1n };
  const start = () =>
    scriptedTrue(context, { data, work: { header: 1, ...hard }, pollMs: 50, ...(strict ? {} : { loose }) });
  let setup = await start();
  let header = 1;
  let now = 0;
  let nonce1 = 0;
  const connect = () => {
    nonce1 += 1;
    return new Connection(setup, Uint8Array.of(0x80, nonce1 >> 8, nonce1 & 255), strict);
  };
  let connections = Array.from({ length: 9 }, connect);
  let made = 0;
  let credit = 0;
  let squares = 0;
  let counter = 0n;

  const handIn = async (hash: string, nonce: bigint, halves: readonly [bigint, bigint]) => {
    const best = halves[0] < halves[1] ? halves[0] : halves[1];
    const offers = connections.flatMap((connection) =>
      // One id for each target, and the newest one.
      (connection.offers.get(hash) ?? [])
        .filter(({ target }) => best <= target)
        .map(({ id, target }) => ({ connection, id, target })),
    );
    // The hardest target is worth most. The miner hands refused and paid hashes in elsewhere too.
    offers.sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0));
    for (const { connection, id } of offers) {
      const submission = connection.submit(id, nonce);
      const verdict = submission === undefined ? undefined : await setup.engine.judge(submission, FROM);
      if (verdict?.accepted !== true) continue;
      credit += Number(verdict.weight);
      squares += Number(verdict.weight) ** 2;
    }
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    const hash = setup.engine.job?.headerHash ?? '';
    setup.hasher.halves = (nonce) => halvesOf(setup.hasher.asked.at(-1)?.header ?? '', nonce);
    for (let i = 0; i < HASHES; i += 1) {
      counter += 1n;
      made += 1;
      const own = connections[i % connections.length]?.nonce1 ?? new Uint8Array(3);
      const nonce = firstNonceOf(own) | counter;
      const halves = halvesOf(hash, nonce);
      // No target is easier than that of the least weight.
      const worth = halves[0] < halves[1] ? halves[0] : halves[1];
      if (worth <= targetOfEitherHalf(2n)) await handIn(hash, nonce, halves);
      if (i % 500 === 0) {
        now += 1_000;
        setup.clock.grown += 1_000;
        setup.engine.tick(setup.clock.grown);
        for (const connection of connections) {
          if (random.chance(3)) connection.wish(setup, random.pick(WISHES));
          connection.refresh(now);
        }
      }
      setup.hasher.asked.length = 0;
    }
    if (random.chance(4)) connections[random.below(9)] = connect();
    if (round === ROUNDS / 2) {
      await setup.engine.stop();
      const { kept } = setup.journal;
      setup = await start();
      const digests = kept.map(({ digest }) => digest);
      setup.journal.digestsOf = async () => digests;
      header = 1;
      // The next process gives each connection another nonce1.
      connections = Array.from({ length: 9 }, connect);
      continue;
    }
    const before = setup.engine.job?.order;
    const back = random.chance(3) && header > 1;
    // An earlier header, a new one, or the same one with other network targets.
    if (!back && !random.chance(4)) header += 1;
    const wanted = back ? 1 + random.below(header) : header;
    await setup.next({ header: wanted, fruitTarget: BigInt(1 + random.below(1_000_000)) });
    if (setup.engine.job?.order !== before) for (const one of connections) one.job(setup, random.chance(2));
  }
  // Poisson: each share's weight is counted when it comes.
  return [credit / made, Math.sqrt(squares) / made];
}

for (const strict of [true, false]) {
  const ports = strict ? 'with the strict prefix' : 'without the strict prefix';
  test(`${ports}, a hash has one price, whatever its miner does to get more for it`, async (context) => {
    const runs = await Promise.all([1, 2].map((seed) => greed(context, strict, seed)));
    const mean = runs.reduce((sum, [credit]) => sum + credit, 0) / runs.length;
    const error = Math.sqrt(runs.reduce((sum, [, one]) => sum + one ** 2, 0)) / runs.length;
    assert.ok(error <= 0.012, `the standard error is ${error}`);
    assert.ok(mean <= 1.02 + 3 * error, `credit for a hash: ${mean}, standard error ${error}`);
    // The miner is paid: a pool that refuses everything would prove nothing. With the strict prefix it asks for another
    // target at nearly every header, and each change costs it a part of the headers beside it.
    assert.ok(
      mean >= (strict ? 0.8 : 0.9) - 3 * error,
      `credit for a hash: ${mean}, standard error ${error}`,
    );
  });
}

test('with the strict prefix a miner that hashes a header before the pool has it and chooses its target by luck gains nothing', async (context) => {
  const setup = await scriptedTrue(context, {
    work: { header: 1, fruitTarget: 1n, blockTarget: 1n },
    pollMs: 50,
  });
  let made = 0;
  let credit = 0;
  let squares = 0;
  let counter = 0n;
  for (let header = 2; header < 122; header += 1) {
    const hash = Buffer.from(filled(header)).toString('hex');
    // The nonces of each connection are new: none of them was paid before.
    const ones = Array.from({ length: 10 }, (_, i) => {
      const number = 10 * header + i;
      const one = new Connection(setup, Uint8Array.of(0x80, number >> 8, number & 255), true);
      const found = Array.from({ length: 8 }, () => {
        counter += 1n;
        const nonce = firstNonceOf(one.nonce1) | counter;
        const halves = halvesOf(hash, nonce);
        return { nonce, value: halves[0] < halves[1] ? halves[0] : halves[1] };
      });
      made += found.length;
      const brings = (weight: bigint) =>
        Number(weight) * found.filter(({ value }) => value <= targetOfEitherHalf(weight)).length;
      one.wish(setup, WISHES.toSorted((a, b) => brings(b) - brings(a))[0] ?? START);
      return { one, found };
    });
    setup.clock.grown += 3_000;
    await setup.next({ header });
    setup.hasher.halves = (nonce) => halvesOf(hash, nonce);
    for (const { one, found } of ones) {
      one.job(setup, true);
      const told = one.told.get(hash)?.at(-1);
      assert.ok(told !== undefined, 'each connection has a target for each header');
      for (const { nonce, value } of found) {
        const submission = value <= told.target ? one.submit(told.id, nonce) : undefined;
        const verdict = submission === undefined ? undefined : await setup.engine.judge(submission, FROM);
        if (verdict?.accepted !== true) continue;
        credit += Number(verdict.weight);
        squares += Number(verdict.weight) ** 2;
      }
    }
  }
  const [ratio, error] = [credit / made, Math.sqrt(squares) / made];
  assert.ok(Math.abs(ratio - 1) <= 4 * error, `credit for a hash: ${ratio}, standard error ${error}`);
});

test('a suggested target holds for headers that come half a minute after the header which follows the suggestion; beside that moment the harder target is told, and the easier one is credited', async (context) => {
  const setup = await scriptedTrue(context, { pollMs: 50 });
  const one = new Connection(setup, Uint8Array.of(0x80, 0, 1), true);
  const [easy, hard] = [targetOfEitherHalf(START), targetOfEitherHalf(32n)];
  const priceAt = async (header: number, seconds: number) => {
    setup.clock.grown = 1_000_000 + 1_000 * seconds;
    await setup.next({ header });
    one.job(setup, true);
    const told = one.told.get(Buffer.from(filled(header)).toString('hex'))?.at(-1);
    const { target, credited } = one.submit(told?.id ?? '', firstNonceOf(one.nonce1) | BigInt(header)) ?? {};
    assert.equal(told?.target, target, 'the target that the miner was told');
    return [target, credited];
  };
  one.wish(setup, 32n);
  assert.deepEqual(await priceAt(2, 0), [easy, easy]);
  // The node may have made a header at any time since the last poll, which this test makes a short one.
  assert.deepEqual(await priceAt(3, 27), [easy, easy]);
  assert.deepEqual(await priceAt(4, 28), [hard, easy]);
  one.wish(setup, START);
  assert.deepEqual(await priceAt(5, 31), [hard, easy]);
  assert.deepEqual(await priceAt(6, 50), [hard, hard]);
  assert.deepEqual(await priceAt(7, 60), [hard, easy]);
  assert.deepEqual(await priceAt(8, 70), [easy, easy]);
  const { jobSequence, nonces, ...price } = one.submit(
    one.told.get(Buffer.from(filled(7)).toString('hex'))?.at(-1)?.id ?? '',
    firstNonceOf(one.nonce1) | 100n,
  ) as TrueSubmission;
  setup.hasher.halves = () => [hard, hard];
  const verdict = await setup.engine.judge({ jobSequence, nonces, ...price }, FROM);
  assert.deepEqual(verdict, { accepted: true, weight: START });
});
