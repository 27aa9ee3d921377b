import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { CONNECTION_LIMITS } from '@adit/net';
import { CONDUCT_DEFAULTS, type EndCause, Pool, type PoolEvent } from '@adit/pool';
import { SERVER_LINE_LIMIT } from '@adit/stratum';
import { textOf } from '@adit/test-kit/line-client';
import { SMALL, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import type { Random } from '@adit/test-kit/random';
import { TrueRig } from '@adit/test-kit/true-rig';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { ANY_NUMBER } from '../../attacks/stranger.ts';
import { parseNode } from '../json-text.ts';
import { fromText, mutateLine } from '../mutate.ts';
import { linesOf, readingOf } from '../reading.ts';
import { FROM_MINERS, LOGIN } from '../seeds.ts';
import { demand, Violation } from '../violation.ts';
import { Visitor } from './visitor.ts';

const NETWORK = 1n << 248n;
/** Several times the wait on a busy machine. A longer limit makes no test pass that should fail. */
const ANSWER_MS = 60_000;
const VISITORS = 6;
const HONEST_SHARES = 2;
/** Rounds between two new tips. */
const ROUNDS_PER_TIP = 20;
const ROUNDS_PER_RIG = 25;
/** How a connection that sends such lines may end. */
const EXPECTED_ENDS: ReadonlySet<EndCause> = new Set(['left', 'long_line', 'unanswered']);
/** What the system says where the visitor closed while something was on its way to it. */
const EXPECTED_ERRORS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

type Devnets = readonly { readonly url: string; close(): Promise<void> }[];

/** A real pool on two chains over loopback, with connections that send random lines, and an honest miner on each port. */
export class PoolAttack {
  readonly #pool: Pool;
  readonly #devnets: Devnets;
  #zcash: ZcashRig;
  #truechain: TrueRig;
  readonly #problems: string[];
  #rounds = 0;
  connections = 0;
  lines = 0;
  answers = 0;
  shares = 0;

  private constructor(modules: {
    pool: Pool;
    devnets: Devnets;
    zcash: ZcashRig;
    truechain: TrueRig;
    problems: string[];
  }) {
    this.#pool = modules.pool;
    this.#devnets = modules.devnets;
    this.#zcash = modules.zcash;
    this.#truechain = modules.truechain;
    this.#problems = modules.problems;
  }

  static async start(dataFolder: string): Promise<PoolAttack> {
    const devnets = [
      await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 }),
      await startTrueChainDevnet({
        difficulty: 1n << 40n,
        fruitDifficulty: 1n << 40n,
        fastBlockSeconds: 3600,
        startNumber: 100,
      }),
    ] as const;
    const problems: string[] = [];
    const steady = { fixedWeight: true };
    const pool = new Pool(
      {
        dataFolder,
        verifierThreads: 1,
        chains: [
          zcashPool([devnets[0].url], steady),
          trueChainPool(devnets[1].url, { startWeight: 8n, minWeight: 8n, ...steady }),
        ],
        // Bans and rate limits would end the attack early, and values that are kept for minutes would look like growth.
        conduct: { ...CONDUCT_DEFAULTS, enabled: false },
        limits: {
          ...ANY_NUMBER,
          resumeMs: 1_000,
          connections: { ...CONNECTION_LIMITS, addressConnectionsPerSecond: 10_000 },
        },
      },
      { onEvent: (event) => watch(event, problems) },
    );
    await pool.start();
    return new PoolAttack({ pool, devnets, problems, ...(await honestMiners(pool)) });
  }

  /** Runs one round: some attackers at once, and honest shares at the same time. @throws Violation */
  async round(random: Random): Promise<void> {
    this.#rounds += 1;
    if (this.#rounds % ROUNDS_PER_TIP === 0) await this.#newTip();
    const names = ['zcash', 'truechain'];
    const strangers = Array.from({ length: VISITORS }, (_, i) =>
      this.#stranger(this.#pool.portNumbers.get(names[i % 2] ?? '') ?? 0, random),
    );
    const outcomes = await Promise.allSettled([...strangers, this.#mineZcash(), this.#mineTrue()]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw asViolation(outcome.reason);
    demand(this.#problems.length === 0, 'pool event', this.#problems.join('; '));
    if (this.#rounds % ROUNDS_PER_RIG === 0) await this.#newRigs();
  }

  async stop(): Promise<void> {
    this.#zcash.client.close();
    this.#truechain.client.close();
    await this.#pool.stop();
    await Promise.all(this.#devnets.map((devnet) => devnet.close()));
  }

  async #stranger(port: number, random: Random): Promise<void> {
    const visitor = await Visitor.connect(port);
    this.connections += 1;
    try {
      // Begins like a message, since the pool checks the first bytes of a connection for other protocols.
      let stream = `{}\n${random.chance(4) ? '' : `${LOGIN.join('\n')}\n`}`;
      const turns = 1 + random.below(4);
      for (let turn = 0; turn < turns && !visitor.closed; turn += 1) {
        const begin = visitor.lines.length;
        stream += `${filled(streamOf(random), visitor, random)}\n{"id":"the last one","method":"mining.extranonce.subscribe","params":[]}\n`;
        await visitor.send(stream, random);
        if (!(await this.#answered(visitor, begin, stream))) return;
        stream = '';
      }
      if (random.chance(2)) await visitor.send('{"id":7,"method":"mining.submit","par', random);
    } finally {
      visitor.leave(random);
    }
  }

  /**
   * Checks that every request of the stream has one answer, unless the stream makes the pool end the connection.
   * @returns whether the connection is still open
   */
  async #answered(visitor: Visitor, begin: number, stream: string): Promise<boolean> {
    const { lines, tooLong } = linesOf(stream, SERVER_LINE_LIMIT);
    const due = new Map<string, number>();
    for (const line of lines) {
      const reading = readingOf(line);
      if (reading.kind === 'request' || reading.kind === 'fault')
        due.set(reading.id, (due.get(reading.id) ?? 0) + 1);
    }
    // The answer of the connection to a line that was too long.
    if (tooLong) due.set('null', (due.get('null') ?? 0) + 1);
    const count = [...due.values()].reduce((sum, value) => sum + value, 0);
    let looked = begin;
    let came = 0;
    const complete = () => {
      for (; looked < visitor.lines.length; looked += 1) if (!isCall(visitor.lines[looked] ?? '')) came += 1;
      return came >= count || visitor.closed;
    };
    const inTime = await visitor.until(complete, ANSWER_MS);
    this.lines += lines.length;
    this.answers += came;
    const said = () => JSON.stringify(stream).slice(0, 2_000);
    demand(inTime, 'reply lost', () => `${came} of ${count} answers came to ${said()}`);
    demand(tooLong || !visitor.closed, 'connection lost', said);
    if (tooLong) return false;
    for (const line of visitor.lines.slice(begin)) {
      if (isCall(line)) continue;
      const id = idOf(line);
      const left = due.get(id) ?? 0;
      demand(left > 0, 'reply', () => `nobody asked for ${line.slice(0, 200)} in ${said()}`);
      due.set(id, left - 1);
    }
    return true;
  }

  async #mineZcash(): Promise<void> {
    for (let i = 0; i < HONEST_SHARES; i += 1) {
      const rig = this.#zcash;
      const share = await rig.solve((value, target) => value <= target && value > NETWORK);
      const answer = await rig.submit(share);
      demand(answer.result === true, 'honest share', `zcash: ${textOf(answer)}`);
      this.shares += 1;
    }
  }

  async #mineTrue(): Promise<void> {
    for (let i = 0; i < HONEST_SHARES; i += 1) {
      const rig = this.#truechain;
      const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target);
      const answer = await rig.submit(share);
      demand(answer.result === true, 'honest share', `truechain: ${textOf(answer)}`);
      this.shares += 1;
    }
  }

  /** Replaces the honest clients, since what they remember of their requests is not growth of the pool. */
  async #newRigs(): Promise<void> {
    this.#zcash.client.close();
    this.#truechain.client.close();
    const { zcash, truechain } = await honestMiners(this.#pool);
    this.#zcash = zcash;
    this.#truechain = truechain;
  }

  async #newTip(): Promise<void> {
    const before = await this.#zcash.job();
    await fetch(this.#devnets[0]?.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 1, method: 'devnet_mineBlock', params: [] }),
    });
    // A share for the old tip would rightly be refused as stale.
    for (let i = 0; i < 6_000 && (await this.#zcash.job())[0] === before[0]; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function honestMiners(pool: Pool): Promise<{ zcash: ZcashRig; truechain: TrueRig }> {
  const port = (name: string) => pool.portNumbers.get(name) ?? 0;
  return {
    zcash: await ZcashRig.connect(port('zcash'), SMALL.equihash, 'honest.zcash'),
    truechain: await TrueRig.connect(port('truechain'), 'honest.true'),
  };
}

/** @returns some lines for an attacker to send, most of them changed */
function streamOf(random: Random): string {
  const lines = Array.from({ length: 1 + random.below(25) }, () => {
    const base = random.pick(FROM_MINERS);
    const line = random.chance(5)
      ? base
      : mutateLine(base, random.pick(FROM_MINERS), SERVER_LINE_LIMIT + 200, random);
    return line + random.pick(['\n', '\n', '\n', '\r\n', '\n\n']);
  });
  // A rare line, since it ends the connection.
  if (random.chance(40)) lines.push(fromText('x'.repeat(SERVER_LINE_LIMIT + 1 + random.below(50_000))));
  return lines.join('');
}

/** Values that are almost a share: a job that was sent, with nonces and solutions of the right form that are not valid. */
function filled(stream: string, visitor: Visitor, random: Random): string {
  const told = visitor.lines.findLast((line) => line.includes('mining.notify"') && isCall(line)) ?? '';
  const job = /"params":\["([0-9a-f]+)"/.exec(told)?.[1] ?? 'none';
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.below(16).toString(16)).join('');
  return stream
    .replaceAll('$JOB', job)
    .replaceAll('$NONCE2', () => digits(56))
    .replaceAll('$NONCE', () => String(random.uint32()))
    .replaceAll('$SOLUTION', () => `24${digits(72)}`);
}

function isCall(line: string): boolean {
  return /^\{"id":(null|"version"),"method":/.test(line);
}

function idOf(line: string): string {
  const node = parseNode(line);
  const value = node?.kind === 'object' ? node.members.find(([key]) => key === '"id"')?.[1] : undefined;
  return value?.kind === 'raw' ? value.text : 'no id';
}

function watch(event: PoolEvent, problems: string[]): void {
  // The first few are enough for a report.
  if (problems.length > 20) return;
  if (event.kind === 'problem') problems.push(`${event.cause}: ${event.detail}`);
  if (event.kind === 'verifier') problems.push(event.problem);
  if (event.kind !== 'disconnected' || EXPECTED_ENDS.has(event.cause)) return;
  if (event.cause !== 'error' || !EXPECTED_ERRORS.has(event.detail))
    problems.push(`ended: ${event.cause}: ${event.detail}`);
}

function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  return new Violation(
    'socket',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    error,
  );
}
