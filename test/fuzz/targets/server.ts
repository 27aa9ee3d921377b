import {
  REJECTS,
  type RejectReason,
  SERVER_LINE_LIMIT,
  type ServerEffect,
  type ServerSession,
  type Verdict,
} from '@adit/stratum';
import type { Random } from '@adit/test-kit/random';
import { type Ran, type Target, without } from '../engine.ts';
import { fromText, mutateLine } from '../mutate.ts';
import { linesOf, readingOf } from '../reading.ts';
import { FROM_MINERS, LOGIN, TRUE_SHARE, ZCASH_SHARE } from '../seeds.ts';
import { type CheckSubmission, ServerOracle, type Terms } from '../server-oracle.ts';
import { smallerLine } from '../smaller-line.ts';
import { demand, guarded } from '../violation.ts';

/** One step of a conversation. Lines may hold `$JOB` and the like: see `Conversation`. */
export type ServerStep =
  | readonly ['line', string]
  /** The same line this many times, with `$N` for the number of the copy. */
  | readonly ['many', number, string]
  /** A share that the session must pass on. */
  | readonly ['share']
  /** A verdict for the n-th waiting submission; an empty reason accepts it. */
  | readonly ['verdict', number, string]
  /** A verdict for a submission that has its verdict already, or does not exist. */
  | readonly ['verdict again', number]
  | readonly ['job', boolean]
  | readonly ['target', number]
  | readonly ['tick', number]
  | readonly ['nonce1']
  | readonly ['say', 'version' | 'message' | 'move']
  /** The connection ends, and another begins that may name the old session id. */
  | readonly ['again'];

export interface Conversation {
  readonly variant: number;
  readonly steps: readonly ServerStep[];
}

/** The rules of the port, for a variant. */
export interface Port {
  readonly authorize: (worker: unknown, password: string) => true | string;
  readonly resume: (sessionId: string) => unknown;
}

/** A session of any dialect, as the oracle and the conversation use it. */
export interface Driven {
  readonly session: ServerSession<unknown>;
  readonly failed: null | false;
  readonly jobNotFound: number;
  readonly share: string;
  readonly check: CheckSubmission;
  /** The values of `$NONCE2` and the like for the n-th share. */
  fill(n: number, nonce1: string): Readonly<Record<string, string>>;
  job(sequence: number, clean: boolean, now: number): readonly ServerEffect<unknown>[];
  setTarget(target: bigint): void;
  tick?(now: number): readonly ServerEffect<unknown>[];
  askVersion?(): readonly ServerEffect<unknown>[];
  setNonce1?(n: number, sequence: number): readonly ServerEffect<unknown>[];
  keep?(): { readonly sessionId: string } | undefined;
  /** How long after the answer to a share the session may wait with the next job. */
  readonly longestDelayMs?: number;
}

/** @param n the number of the connection in its conversation */
export type OpenSession = (port: Port, n: number) => Driven;

const REASONS = Object.keys(REJECTS) as RejectReason[];
const MOST_STEPS = 80;
export const LATER: Port['authorize'] = (_worker, password) => password !== 'wrong' || 'wrong password';

/** Attacks the server sessions of one dialect with conversations. @param variants one for each set of options */
export function serverTarget(name: string, variants: readonly OpenSession[]): Target<Conversation> {
  const shares = [ZCASH_SHARE, TRUE_SHARE].map(fromText);
  return {
    name,
    seeds: variants.flatMap((_, variant) => [
      { variant, steps: FROM_MINERS.map((line) => ['line', line] as const) },
      {
        variant,
        steps: [
          ['job', true],
          ...LOGIN.map((line) => ['line', line] as const),
          ['share'],
          ['verdict', 0, ''],
          ['target', 210],
          ['job', false],
          ...shares.map((line) => ['line', line] as const),
          ['share'],
          ['verdict', 1, 'duplicate_share'],
          ['verdict', 0, 'low_difficulty'],
          ['tick', 70_000],
          ['nonce1'],
          ['share'],
          ['again'],
          ['line', fromText('{"id":1,"method":"mining.subscribe","params":["a","$SESSION"]}')],
          ['line', LOGIN[1] ?? ''],
          ['share'],
          ['verdict', 0, ''],
          ['say', 'version'],
          ['say', 'message'],
          ['say', 'move'],
        ] satisfies ServerStep[],
      },
    ]),

    mutate({ variant, steps }, other, random) {
      const next = random.chance(10) ? random.below(variants.length) : variant;
      return { variant: next, steps: mutateSteps(steps, other.steps, random) };
    },

    run({ variant, steps }, clock): Ran {
      const open = variants[variant % variants.length] as OpenSession;
      const talk = new Talk(open, clock);
      for (const step of steps) {
        talk.step(step);
        if (talk.closed) break;
      }
      talk.end();
      return {
        features: [...talk.features].map((feature) => `${variant} ${feature}`),
        slowest: talk.slowest,
        lines: talk.lines,
      };
    },

    *smaller({ variant, steps }) {
      for (const fewer of without(steps)) yield { variant, steps: fewer };
      for (const [i, step] of steps.entries()) {
        for (const smaller of smallerStep(step)) yield { variant, steps: steps.with(i, smaller) };
      }
    },
  };
}

function* smallerStep(step: ServerStep): Generator<ServerStep> {
  if (step[0] === 'line') for (const line of smallerLine(step[1])) yield ['line', line];
  if (step[0] !== 'many') return;
  yield ['line', step[2]];
  if (step[1] > 1) yield ['many', Math.floor(step[1] / 2), step[2]];
  if (step[1] > 1) yield ['many', step[1] - 1, step[2]];
  for (const line of smallerLine(step[2])) yield ['many', step[1], line];
}

function mutateSteps(
  steps: readonly ServerStep[],
  others: readonly ServerStep[],
  random: Random,
): ServerStep[] {
  let changed = [...steps];
  const times = 1 + random.small(5);
  for (let i = 0; i < times; i += 1) {
    const at = random.below(changed.length + 1);
    const step = changed[at];
    if (random.chance(8)) {
      const from = random.below(others.length + 1);
      changed.splice(at, random.small(10), ...others.slice(from, from + 1 + random.small(10)));
    } else if (step?.[0] === 'line' && random.chance(2)) {
      const other = others.find((one) => one[0] === 'line')?.[1] ?? random.pick(FROM_MINERS);
      changed[at] = ['line', mutateLine(step[1], other, SERVER_LINE_LIMIT, random)];
    } else if (random.chance(5)) changed.splice(at, 1 + random.small(5));
    else if (random.chance(6) && step !== undefined)
      changed.splice(random.below(changed.length + 1), 0, step);
    else changed.splice(at, 0, freshStep(random));
  }
  if (changed.length > MOST_STEPS) {
    const from = random.below(changed.length - MOST_STEPS + 1);
    changed = changed.slice(from, from + MOST_STEPS);
  }
  return changed;
}

function freshStep(random: Random): ServerStep {
  const line = () => {
    const base = random.pick(FROM_MINERS);
    return random.chance(2) ? base : mutateLine(base, random.pick(FROM_MINERS), SERVER_LINE_LIMIT, random);
  };
  switch (random.below(14)) {
    case 0:
      return ['job', random.chance(2)];
    case 1:
    case 2:
      return ['verdict', random.below(70), random.chance(2) ? '' : random.pick(REASONS)];
    case 3:
      return ['verdict again', random.below(100)];
    case 4:
      return ['target', 180 + random.below(76)];
    case 5:
      return ['tick', random.pick([1, 999, 1_000, 5_000, 60_000, 3_600_000])];
    case 6:
      return ['nonce1'];
    case 7:
      return ['say', random.pick(['version', 'message', 'move'] as const)];
    case 8:
      return random.chance(3) ? ['again'] : ['share'];
    case 9:
    case 10:
      return ['share'];
    case 11:
      // A flood of a thousand lines takes long, so floods are rare.
      return ['many', random.chance(8) ? 1 + random.below(1_100) : 1 + random.small(80), line()];
    default:
      return ['line', line()];
  }
}

/** One conversation: its connections, one after the other, and the state that a pool keeps between them. */
class Talk {
  readonly #open: OpenSession;
  readonly #clock: () => number;
  readonly features = new Set<string>();
  readonly #kept = new Map<string, { readonly kept: unknown; readonly jobs: ReadonlyMap<string, Terms> }>();
  #driven: Driven;
  #oracle: ServerOracle;
  #saidYes = false;
  #resumed: ReadonlyMap<string, Terms> | undefined;
  #connections = 0;
  #sequence = 0;
  #now = 0;
  #shares = 0;
  #sessionId = 'f'.repeat(32);
  /** Since when the miner idles on the newest job. */
  #owedAt: number | undefined;
  slowest = 0;
  lines = 0;

  constructor(open: OpenSession, clock: () => number) {
    this.#open = open;
    this.#clock = clock;
    this.#driven = this.#connect();
    this.#oracle = this.#newOracle();
  }

  get closed(): boolean {
    return this.#oracle.closed;
  }

  step(step: ServerStep): void {
    this.#now += 1;
    switch (step[0]) {
      case 'line':
        return this.#stream(step[1], 0);
      case 'many':
        for (let i = 0; i < step[1] && !this.closed; i += 1) this.#stream(step[2], i);
        return;
      case 'share':
        return this.#share();
      case 'verdict': {
        const waiting = [...this.#oracle.waiting];
        const token = waiting[step[1] % Math.max(1, waiting.length)];
        if (token !== undefined) this.#verdict(token, step[2]);
        return;
      }
      case 'verdict again':
        if (!this.#oracle.waiting.has(step[1])) this.#verdict(step[1], '');
        return;
      case 'job':
        this.#sequence += 1;
        return this.#other('job', () => this.#driven.job(this.#sequence, step[1], this.#now));
      case 'target':
        return this.#driven.setTarget(1n << BigInt(step[1]));
      case 'tick':
        return this.#tick(step[1]);
      case 'nonce1':
        this.#sequence += 1;
        return this.#other('nonce1', () => this.#driven.setNonce1?.(this.#sequence, this.#sequence) ?? []);
      case 'say':
        return this.#say(step[1]);
      case 'again':
        return this.#again();
    }
  }

  /** Gives every waiting submission its verdict: then every request must have its answer. */
  end(): void {
    for (let i = 0; this.#oracle.waiting.size > 0; i += 1) {
      const waiting = [...this.#oracle.waiting];
      this.#verdict(waiting[(i * 7) % waiting.length] as number, i % 3 === 0 ? 'stale_job' : '');
    }
    for (const feature of this.#oracle.features) this.features.add(feature);
  }

  #connect(): Driven {
    this.#connections += 1;
    return this.#open(
      {
        authorize: (worker, password) => {
          const decision = LATER(worker, password);
          this.#saidYes ||= decision === true;
          return decision;
        },
        resume: (sessionId) => {
          const found = this.#kept.get(sessionId);
          this.#kept.delete(sessionId);
          this.#resumed = found?.jobs;
          return found?.kept;
        },
      },
      this.#connections,
    );
  }

  #newOracle(): ServerOracle {
    const { check, failed, jobNotFound } = this.#driven;
    return new ServerOracle({ check, failed, jobNotFound, authorized: () => this.#saidYes });
  }

  #again(): void {
    this.end();
    const kept = this.#driven.keep?.();
    if (kept !== undefined) this.#kept.set(kept.sessionId, { kept, jobs: this.#oracle.jobs });
    this.#sessionId = this.#oracle.sessionId ?? this.#sessionId;
    this.#driven = this.#connect();
    this.#oracle = this.#newOracle();
    // As in the pool, every new connection gets the newest work.
    if (this.#sequence > 0) this.#other('job', () => this.#driven.job(this.#sequence, true, this.#now));
  }

  #stream(template: string, n: number): void {
    const stream = template.includes('$') ? this.#filled(template, n) : template;
    for (const line of linesOf(`${stream}\n`, SERVER_LINE_LIMIT).lines) {
      this.#line(line);
      if (this.closed) return;
    }
  }

  #line(line: string): readonly ServerEffect<unknown>[] {
    const bytes = Buffer.from(line, 'latin1');
    const { session } = this.#driven;
    const reading = readingOf(line);
    this.lines += 1;
    this.#saidYes = false;
    this.#resumed = undefined;
    const effects = this.#timed(() => session.line(bytes, this.#now));
    // A view of a buffer that is overwritten after the call, as that of a socket is.
    bytes.fill(0x21);
    this.#adopt();
    this.#oracle.line(line, reading, effects);
    this.#state();
    return effects;
  }

  /** The session resumes an earlier one and knows its jobs. */
  #adopt(): void {
    for (const [id, terms] of this.#resumed ?? []) this.#oracle.jobs.set(id, terms);
  }

  /** Makes a right submission of an authorised worker for the newest job. */
  #share(): void {
    const oracle = this.#oracle;
    const [worker] = oracle.workers;
    const due = oracle.nonce1 !== undefined && worker !== undefined && oracle.lastJob !== undefined;
    const text = this.#filled(this.#driven.share, 0).replace('"w.1"', JSON.stringify(worker ?? 'w.1'));
    const effects = this.#line(text);
    if (!due || this.closed) return;
    demand(
      effects.some(({ kind }) => kind === 'submit'),
      'honest share',
      () => `${text.slice(0, 300)} is not taken: ${JSON.stringify(effects).slice(0, 300)}`,
    );
  }

  #filled(template: string, n: number): string {
    const { jobs, lastJob, nonce1 } = this.#oracle;
    this.#shares += 1;
    const values: Readonly<Record<string, string>> = {
      JOB: lastJob ?? 'none',
      OLD: jobs.keys().next().value ?? 'none',
      SESSION: this.#sessionId,
      N: String(n),
      ...this.#driven.fill(this.#shares, jobs.get(lastJob ?? '')?.nonce1 ?? nonce1 ?? ''),
    };
    return template.replace(/\$([A-Z][A-Z0-9]*)/g, (whole, key: string) => {
      return Object.hasOwn(values, key) ? (values[key] ?? '') : whole;
    });
  }

  #verdict(token: number, reason: string): void {
    const verdict: Verdict =
      reason === '' ? { accepted: true, weight: 1n } : { accepted: false, reason: reason as RejectReason };
    const effects = this.#timed(() => this.#driven.session.verdict(token, verdict, this.#now));
    this.#oracle.verdict(token, verdict, effects);
    this.#state();
  }

  #tick(ms: number): void {
    const { tick, longestDelayMs = 0 } = this.#driven;
    this.#now += ms;
    if (tick === undefined) return;
    const late = this.#owedAt !== undefined && this.#now - this.#owedAt >= longestDelayMs;
    this.#other('tick', () => tick(this.#now));
    demand(!late || !this.#oracle.owesJob, 'refresh', 'the thread that submitted gets no other job id');
  }

  #say(what: 'version' | 'message' | 'move'): void {
    const { session, askVersion } = this.#driven;
    if (what === 'version') this.#other(what, () => askVersion?.() ?? []);
    else if (what === 'message') this.#other(what, () => session.showMessage('words "\n\u2028'));
    else this.#other(what, () => session.reconnect({ host: 'other.example', port: 3333, waitSeconds: 1 }));
  }

  #other(what: string, call: () => readonly ServerEffect<unknown>[]): void {
    const effects = this.#timed(call);
    this.#oracle.other(what, effects);
    this.#state();
  }

  #state(): void {
    this.#oracle.state(this.#driven.session);
    this.#owedAt = this.#oracle.owesJob ? (this.#owedAt ?? this.#now) : undefined;
  }

  #timed<T>(call: () => T): T {
    const since = this.#clock();
    const result = guarded(call);
    this.slowest = Math.max(this.slowest, this.#clock() - since);
    return result;
  }
}
