import { CLIENT_LINE_LIMIT, TrueStratumClientSession, ZcashClientSession } from '@adit/stratum';
import type { Random } from '@adit/test-kit/random';
import { type Ran, type Target, without } from '../engine.ts';
import { fromText, mutateLine } from '../mutate.ts';
import { linesOf, type Reading, readingOf } from '../reading.ts';
import { FROM_POOLS } from '../seeds.ts';
import { messagesOf } from '../server-oracle.ts';
import { smallerLine } from '../smaller-line.ts';
import { demand, guarded } from '../violation.ts';

/** One step of a conversation with a client session. */
export type ClientStep =
  /** A line from the pool, with `$REQUEST` and `$SHARE` for the oldest ids without an answer. */
  | readonly ['line', string]
  | readonly ['many', number, string]
  /** A share for the newest job, or for an unknown job if the number is odd. */
  | readonly ['submit', number]
  /** A right answer to the n-th waiting submission. */
  | readonly ['answer', number, boolean]
  /** The miner asks for the seeds of the newest job's dataset. */
  | readonly ['seeds'];

export interface PoolTalk {
  readonly variant: number;
  readonly steps: readonly ClientStep[];
}

interface Effect {
  readonly kind: string;
}

/** A client session of any dialect, as the conversation uses it. */
export interface DrivenClient {
  open(): readonly Effect[];
  line(line: Uint8Array): readonly Effect[];
  submit(jobId: string, token: number): readonly Effect[];
  seeds?(jobId: string): readonly Effect[];
  /** @throws Violation for a job that cannot be mined */
  checkJob(job: unknown): void;
}

/** The longest text about the pool that may reach a terminal or a log. */
const MOST_WORDS = 300;
const MOST_STEPS = 60;
/** Longer lines have their own target. */
const MOST_LINE = 2_000;
/** The requests of a session other than submissions; an answer with such an id belongs to the request. */
const NO_SUBMISSIONS = new Set([
  'mining.subscribe',
  'mining.authorize',
  'mining.extranonce.subscribe',
  'mining.suggest_target',
  'mining.seedhash',
]);
/** Known notifications need no answer, even with an id; all other requests get one. */
const UNANSWERED: ReadonlySet<string> = new Set([
  'client.reconnect',
  'mining.notify',
  'mining.set_target',
  'mining.set_difficulty',
  'mining.set_extranonce',
]);

/** @param variants one for each set of options */
export function clientTarget(
  name: string,
  variants: readonly (() => DrivenClient)[],
  login: readonly string[],
): Target<PoolTalk> {
  const lines = [...login, ...FROM_POOLS];
  return {
    name,
    seeds: variants.flatMap((_, variant) => [
      { variant, steps: lines.map((line) => ['line', line] as const) },
      {
        variant,
        steps: [
          ...login.map((line) => ['line', line] as const),
          ['submit', 0],
          ['submit', 0],
          ['answer', 1, true],
          ['answer', 0, false],
          ['seeds'],
          ['line', SEEDS_LINE],
          ['submit', 1],
        ] satisfies ClientStep[],
      },
    ]),

    mutate({ variant, steps }, other, random) {
      return {
        variant: random.chance(10) ? random.below(variants.length) : variant,
        steps: mutateSteps(steps, other.steps, lines, random),
      };
    },

    run({ variant, steps }, clock): Ran {
      const open = variants[variant % variants.length] as () => DrivenClient;
      const talk = new Talk(open(), clock);
      for (const step of steps) talk.step(step);
      return {
        features: [...talk.features].map((feature) => `${variant} ${feature}`),
        slowest: talk.slowest,
        lines: talk.lines,
      };
    },

    *smaller({ variant, steps }) {
      for (const fewer of without(steps)) yield { variant, steps: fewer };
      for (const [i, step] of steps.entries()) {
        if (step[0] === 'many') {
          yield { variant, steps: steps.with(i, ['line', step[2]]) };
          yield { variant, steps: steps.with(i, ['many', Math.ceil(step[1] / 2), step[2]]) };
        }
        if (step[0] !== 'line') continue;
        for (const line of smallerLine(step[1])) yield { variant, steps: steps.with(i, ['line', line]) };
      }
    },
  };
}

function mutateSteps(
  steps: readonly ClientStep[],
  others: readonly ClientStep[],
  lines: readonly string[],
  random: Random,
): ClientStep[] {
  const changed = [...steps];
  const fresh = (): ClientStep => {
    const base = random.pick(lines);
    const line = random.chance(2) ? base : mutateLine(base, random.pick(lines), MOST_LINE, random);
    switch (random.below(8)) {
      case 0:
        return ['submit', random.chance(4) ? 1 : 0];
      case 1:
        return ['answer', random.below(40), random.chance(2)];
      case 2:
        return ['seeds'];
      case 3:
        return ['many', random.chance(10) ? 1_100 : 1 + random.small(100), line];
      default:
        return ['line', line];
    }
  };
  const times = 1 + random.small(4);
  for (let i = 0; i < times; i += 1) {
    const at = random.below(changed.length + 1);
    const step = changed[at];
    if (random.chance(8))
      changed.splice(at, random.small(8), ...others.slice(random.below(others.length + 1)));
    else if (step?.[0] === 'line' && step[1].length <= MOST_LINE && random.chance(2)) {
      changed[at] = ['line', mutateLine(step[1], random.pick(lines), MOST_LINE, random)];
    } else if (random.chance(4)) changed.splice(at, 1 + random.small(4));
    else if (random.below(8) === 0) changed.splice(at, 0, ...Array<ClientStep>(30).fill(['submit', 0]));
    else changed.splice(at, 0, fresh());
  }
  // The seeds take long: at most once, and not in every conversation.
  const long = changed.findIndex((step) => step[0] === 'line' && step[1].length > MOST_LINE);
  return changed
    .filter(
      (step, i) => step[0] !== 'line' || step[1].length <= MOST_LINE || (i === long && random.chance(4)),
    )
    .slice(0, MOST_STEPS);
}

class Talk {
  readonly #client: DrivenClient;
  readonly #clock: () => number;
  readonly features = new Set<string>();
  /** The id of each submission without an answer, in order, and its token. */
  readonly #submissions = new Map<string, number>();
  readonly #requests = new Set<string>();
  #job: string | undefined;
  #token = 0;
  #previous = '';
  slowest = 0;
  lines = 0;

  constructor(client: DrivenClient, clock: () => number) {
    this.#client = client;
    this.#clock = clock;
    this.#take('open', undefined, () => client.open());
  }

  step(step: ClientStep): void {
    switch (step[0]) {
      case 'line':
        return this.#stream(step[1]);
      case 'many':
        for (let i = 0; i < step[1]; i += 1) this.#stream(step[2]);
        return;
      case 'submit':
        return this.#submit(step[1] % 2 === 1 ? 'never' : (this.#job ?? 'never'));
      case 'answer':
        return this.#answer(step[1], step[2]);
      case 'seeds':
        this.#take('seeds', undefined, () => this.#client.seeds?.(this.#job ?? 'j') ?? []);
        return;
    }
  }

  #stream(template: string): void {
    const [share] = this.#submissions.keys();
    const [request] = this.#requests;
    const stream = template.replaceAll('$SHARE', share ?? '4').replaceAll('$REQUEST', request ?? '1');
    for (const line of linesOf(`${stream}\n`, CLIENT_LINE_LIMIT).lines) this.#line(line);
  }

  #line(line: string): readonly Effect[] {
    const reading = readingOf(line);
    const bytes = Buffer.from(line, 'latin1');
    this.lines += 1;
    const effects = this.#take(
      'method' in reading ? reading.method.slice(0, 30) : reading.kind,
      reading,
      () => {
        const heard = this.#client.line(bytes);
        bytes.fill(0x21);
        return heard;
      },
    );
    return effects;
  }

  #submit(jobId: string): void {
    this.#token += 1;
    const token = this.#token;
    const before = this.#submissions.size;
    const effects = this.#take('submit', undefined, () => this.#client.submit(jobId, token), token);
    demand(
      before < 1_024 || this.#submissions.size === before,
      'bound',
      `${before} submissions have no answer`,
    );
    demand(jobId !== 'never' || effects.length === 0, 'submit', 'a share for no job is sent');
  }

  /** A right answer, which the session must take exactly once after any earlier lines. */
  #answer(which: number, accepted: boolean): void {
    const ids = [...this.#submissions];
    const [id, token] = ids[which % Math.max(1, ids.length)] ?? [];
    if (id === undefined || this.#requests.has(id)) return;
    const error = accepted ? 'null' : '[23,"Low difficulty share",null]';
    const effects = this.#line(fromText(`{"id":${id},"result":${accepted},"error":${error}}`));
    const results = effects.filter(({ kind }) => kind === 'result') as unknown as {
      token: number;
      accepted: boolean;
    }[];
    demand(
      results.length === 1 && results[0]?.token === token && results[0]?.accepted === accepted,
      'honest answer',
      () => `the answer to ${id} is heard as ${JSON.stringify(results)}`,
    );
  }

  #take(
    what: string,
    reading: Reading | undefined,
    call: () => readonly Effect[],
    token?: number,
  ): readonly Effect[] {
    const since = this.#clock();
    const effects = guarded(call);
    this.slowest = Math.max(this.slowest, this.#clock() - since);
    const results = this.#results(reading);
    const said = messagesOf(effects, CLIENT_LINE_LIMIT + 512);
    this.#said(said, reading, token);
    for (const effect of effects) this.#effect(effect, results);
    // One line is at most one answer, and only the answer to mining.subscribe leads to a request.
    demand(effects.length <= 4, 'bound', `${effects.length} effects of one line`);
    const kinds = effects.map((effect) => this.#feature(effect)).join();
    this.features.add(`${what}: ${kinds}`);
    this.features.add(`${this.#previous} > ${kinds}`);
    this.#previous = kinds;
    return effects;
  }

  /** The token of the submission that the line answers; undefined if it does not answer one. */
  #results(reading: Reading | undefined): { token: number | undefined; accepted: boolean } {
    const none = { token: undefined, accepted: false };
    if (reading?.kind !== 'response') return none;
    const text = reading.id?.replace(/^"(.*)"$/s, '$1');
    if (text !== undefined && this.#requests.delete(text)) return none;
    const id = text ?? this.#submissions.keys().next().value;
    const token = id === undefined ? undefined : this.#submissions.get(id);
    if (id !== undefined) this.#submissions.delete(id);
    return { token, accepted: reading.result === true && (reading.error ?? null) === null };
  }

  #said(said: ReturnType<typeof messagesOf>, reading: Reading | undefined, token: number | undefined): void {
    let answers = 0;
    for (const [text, message] of said) {
      if (message.method === undefined) {
        answers += 1;
        const id = reading?.kind === 'request' ? reading.id : undefined;
        demand(
          id !== undefined && id !== 'null' && text.startsWith(`{"id":${id},"result":`),
          'reply',
          text.slice(0, 200),
        );
        continue;
      }
      const id = String(message.id);
      if (message.method === 'mining.submit') {
        demand(token !== undefined && !this.#submissions.has(id), 'submit', text.slice(0, 200));
        this.#submissions.set(id, token);
      } else {
        demand(NO_SUBMISSIONS.has(message.method), 'said', text.slice(0, 200));
        this.#requests.add(id);
      }
    }
    const asked = reading?.kind === 'request' && reading.id !== 'null' && !UNANSWERED.has(reading.method);
    demand(answers <= 1 && (!asked || answers === 1), 'reply', `${answers} answers to one request`);
  }

  #effect(effect: Effect, due: { token: number | undefined; accepted: boolean }): void {
    const {
      kind,
      job,
      text = '',
      reason = '',
      token,
      accepted,
    } = effect as Effect & {
      readonly job?: { readonly id: string };
      readonly text?: string;
      readonly reason?: string;
      readonly token?: number;
      readonly accepted?: boolean;
    };
    const words = text + reason;
    demand(
      words.length <= MOST_WORDS && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(words),
      'words',
      JSON.stringify(words),
    );
    switch (kind) {
      case 'job':
        this.#client.checkJob(job);
        this.#job = job?.id;
        return;
      case 'result':
        demand(token !== undefined && token === due.token, 'result', `token ${token}, due is ${due.token}`);
        demand(accepted === due.accepted, 'result', `accepted: ${accepted}`);
        return;
      case 'reconnect':
        return checkReconnect(effect as Parameters<typeof checkReconnect>[0]);
      default:
        demand(
          ['send', 'ready', 'message', 'broken', 'refused', 'other_dialect', 'note', 'seeds'].includes(kind),
          'effect',
          kind,
        );
    }
  }

  #feature(effect: Effect): string {
    const { kind } = effect;
    const { text = '', reason = '' } = effect as { readonly text?: string; readonly reason?: string };
    if (kind !== 'broken' && kind !== 'note') return kind;
    return `${kind} ${(text + reason).slice(0, 30).replace(/[0-9]+/g, '9')}`;
  }
}

function checkReconnect({
  host,
  port,
  waitSeconds,
}: {
  kind: string;
  host?: unknown;
  port?: unknown;
  waitSeconds: unknown;
}): void {
  demand(
    typeof waitSeconds === 'number' && waitSeconds >= 0 && waitSeconds <= 600,
    'reconnect',
    String(waitSeconds),
  );
  demand(
    port === undefined || (Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536),
    'reconnect',
    String(port),
  );
  demand(
    host === undefined || (typeof host === 'string' && /^[^\p{C}]{1,200}$/u.test(host)),
    'reconnect',
    JSON.stringify(host),
  );
}

const SEEDS_LINE = fromText(
  `{"id":$REQUEST,"result":[[${Array(10_240)
    .fill(`"${'5a'.repeat(16)}"`)
    .join()}],"${'ab'.repeat(32)}"],"error":null}`,
);
const JOB_HASHES = `"${'11'.repeat(32)}","${'22'.repeat(32)}","${'00'.repeat(32)}"`;

/** The messages of a pool up to the first job. */
export const ZCASH_LOGIN: readonly string[] = [
  '{"id":1,"result":["5c8bb72a","2ab78b5c"],"error":null}',
  '{"id":2,"result":true,"error":null}',
  `{"id":null,"method":"mining.set_target","params":["${'f'.repeat(64)}"]}`,
  `{"id":null,"method":"mining.notify","params":["a","04000000",${JOB_HASHES},"00000065","1f07ffff",true]}`,
];
export const TRUE_LOGIN: readonly string[] = [
  '{"id":1,"result":[["mining.notify","ae6812eb4cd7735a302a8a9dd95cf71f","TrueStratum/1.0.0"],"080c",6],"error":null}',
  '{"id":2,"result":true,"error":null}',
  `{"id":null,"method":"mining.set_difficulty","params":["${'00ffffff'.padEnd(32, 'f')}"]}`,
  `{"id":null,"method":"mining.notify","params":["0000002a0000","${'ab'.repeat(32)}","${'cd'.repeat(32)}",true]}`,
];

type ZcashChanges = Partial<ConstructorParameters<typeof ZcashClientSession>[0]>;

export function zcashClient(changes: ZcashChanges): DrivenClient {
  const session = new ZcashClientSession({
    agent: 'adit/0.1.0',
    host: '127.0.0.1',
    port: 3333,
    worker: 'w.1',
    password: 'x',
    solutionPrefix: new Uint8Array([4]),
    ...changes,
  });
  return {
    open: () => session.open(),
    line: (line) => session.line(line),
    submit: (jobId, token) =>
      session.submit({ jobId, time: 0x65, nonce: new Uint8Array(32), solution: new Uint8Array(4) }, token),
    checkJob(job) {
      const { id, version, prevHash, merkleRoot, reserved, nonce1, target, time, bits } = job as Extract<
        ReturnType<typeof session.line>[number],
        { kind: 'job' }
      >['job'];
      demand(id.length <= 128 && version === 4, 'job', `version ${version}`);
      const lengths = [prevHash, merkleRoot, reserved].map(({ length }) => length);
      demand(lengths.every((length) => length === 32) && nonce1.length < 32, 'job', lengths.join());
      demand(target > 0n && target < 1n << 256n, 'job', `target ${target}`);
      demand(
        [time, bits].every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 32),
        'job',
        `${time} ${bits}`,
      );
    },
  };
}

export function trueClient(
  changes: Partial<ConstructorParameters<typeof TrueStratumClientSession>[0]>,
): DrivenClient {
  const session = new TrueStratumClientSession({
    agent: 'adit/0.1.0',
    worker: 'w.1',
    password: 'x',
    ...changes,
  });
  return {
    open: () => session.open(),
    line: (line) => session.line(line),
    submit: (jobId, token) => session.submit({ jobId, nonce: 7n }, token),
    seeds: (jobId) => session.requestSeeds(jobId),
    checkJob(job) {
      const { id, datasetHash, headerHash, nonce1, target } = job as Extract<
        ReturnType<typeof session.line>[number],
        { kind: 'job' }
      >['job'];
      demand(id.length <= 128 && datasetHash.length === 32 && headerHash.length === 32, 'job', id);
      demand(nonce1.length <= 3 && target > 0n && target < 1n << 128n, 'job', `target ${target}`);
    },
  };
}

export const zcashClientTarget = clientTarget(
  'zcash client',
  [
    () => zcashClient({}),
    () => zcashClient({ nonceLayout: 'trailing', extranonceSubscribe: true, suggestTarget: 1n << 240n }),
  ],
  ZCASH_LOGIN,
);

export const trueClientTarget = clientTarget(
  'truestratum client',
  [() => trueClient({}), () => trueClient({ sessionId: 'ab'.repeat(16) })],
  TRUE_LOGIN,
);
