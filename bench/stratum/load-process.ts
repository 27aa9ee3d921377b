// The load generator: many raw sockets with prebuilt lines.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { commonNow, serve } from './child.ts';

interface ConnectOptions {
  readonly port: number;
  readonly count: number;
  /** Opens connections one after the other, so that the pool gives nonce1 values in this order. */
  readonly inOrder: boolean;
  readonly tls: boolean;
  /** The number of loopback addresses to connect from, so that none runs out of ports. */
  readonly addresses: number;
  /** The first of these addresses: 127.0.0.1, 127.0.0.2, ... */
  readonly firstAddress: number;
}

export interface FloodOptions {
  /** Lines of each connection, sent repeatedly. A job id `?` stands for the newest job of the connection. */
  readonly lines: readonly (readonly string[])[];
  readonly outstanding: number;
  readonly milliseconds: number;
}

export interface FloodResult {
  readonly answersPerSecond: number;
  readonly accepted: number;
  readonly refused: number;
  /** The text of the first refusal. */
  readonly refusal: string;
}

/** A miner that finds a share every 20 ms gives enough answers for a percentile. */
const PING_PAUSE_MS = 20;
/** Handshakes at the same time: further ones would only wait. */
const AT_ONCE = 100;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["bench/1.0"]}\n{"id":2,"method":"mining.authorize","params":["bench.rig","x"]}\n';

/** What the data of a socket means at present. */
class Rig {
  readonly socket: Socket;
  readonly #loggedIn = Promise.withResolvers<void>();
  #login = '';
  /** When the awaited job came: 0 before it comes, undefined if none is awaited. */
  arrival: number | undefined;
  /** Takes the answers to submissions. */
  flood: { answer(rig: Rig, line: string): void } | undefined;
  /** Id of the newest job. */
  job = '';
  #rest = '';

  constructor(socket: Socket) {
    this.socket = socket;
    this.#loggedIn.promise.catch(() => {}); // Its callers handle the rejection.
    socket.on('error', (error) => this.#loggedIn.reject(error));
    socket.on('close', () => this.#loggedIn.reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => this.#onData(chunk));
  }

  login(): Promise<void> {
    this.socket.write(LOGIN);
    return this.#loggedIn.promise;
  }

  /** Sends a line and waits for its answer. */
  ask(line: string): Promise<string> {
    const answer = Promise.withResolvers<string>();
    this.flood = { answer: (_rig, text) => answer.resolve(text) };
    this.socket.write(line);
    return answer.promise;
  }

  #onData(chunk: Buffer): void {
    if (this.job === '' || this.arrival === 0) this.#seeJob(chunk);
    if (this.flood !== undefined) return this.#answers(chunk);
    if (this.arrival === 0 && chunk.includes('mining.notify')) this.arrival = commonNow();
    if (this.#login === 'done') return;
    this.#login += chunk.toString('latin1');
    if (!this.#login.includes('"id":2')) return;
    this.#login = 'done';
    this.#loggedIn.resolve();
  }

  #seeJob(chunk: Buffer): void {
    const found = /"mining\.notify","params":\["([0-9a-f]+)"/.exec(chunk.toString('latin1'));
    if (found !== null) this.job = found[1] ?? '';
  }

  #answers(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      // Jobs and targets are not answers.
      if (!line.startsWith('{"id":null')) this.flood?.answer(this, line);
    }
  }
}

class Flood {
  readonly #lines: ReadonlyMap<Rig, readonly string[]>;
  readonly #next = new Map<Rig, number>();
  accepted = 0;
  refused = 0;
  refusal = '';
  #on = true;
  outstanding = 0;

  constructor(lines: ReadonlyMap<Rig, readonly string[]>) {
    this.#lines = lines;
  }

  begin(outstanding: number): void {
    for (const rig of this.#lines.keys()) {
      rig.flood = this;
      let text = '';
      for (let i = 0; i < outstanding; i += 1) text += this.#line(rig);
      rig.socket.write(text);
    }
  }

  answer(rig: Rig, line: string): void {
    this.outstanding -= 1;
    if (line.includes('"result":true')) this.accepted += 1;
    else {
      this.refused += 1;
      if (this.refusal === '') this.refusal = line;
    }
    if (this.#on) rig.socket.write(this.#line(rig));
  }

  /** Sends no more lines; the pool still answers the lines on their way. */
  async end(): Promise<void> {
    this.#on = false;
    while (this.outstanding > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const rig of this.#lines.keys()) rig.flood = undefined;
  }

  #line(rig: Rig): string {
    const lines = this.#lines.get(rig) ?? [];
    const index = this.#next.get(rig) ?? 0;
    this.#next.set(rig, (index + 1) % lines.length);
    this.outstanding += 1;
    return lines[index] ?? '';
  }
}

const rigs: Rig[] = [];

function open({ port, tls, addresses, firstAddress }: ConnectOptions, index: number): Promise<Rig> {
  return new Promise((resolve, reject) => {
    const localAddress = `127.0.0.${firstAddress + (index % addresses)}`;
    const plain = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    plain.once('error', reject);
    const socket = tls ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain;
    socket.once('error', reject);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      resolve(new Rig(socket));
    });
  });
}

async function enter(options: ConnectOptions, index: number): Promise<void> {
  const rig = await open(options, index);
  await rig.login();
  rigs.push(rig);
}

/** Puts the id of the connection's job into its lines. */
function prepared(rig: Rig | undefined, lines: readonly string[]): [Rig, readonly string[]] {
  if (rig === undefined) throw new Error('there are more lists of lines than connections');
  return [rig, lines.map((line) => line.replace('"?"', `"${rig.job}"`))];
}

serve({
  newestJob: () => rigs.at(-1)?.job ?? '',
  /** @returns how many seconds it took */
  connect: async (options: ConnectOptions) => {
    const start = performance.now();
    if (options.inOrder) for (let i = 0; i < options.count; i += 1) await enter(options, i);
    else {
      let next = 0;
      const run = async () => {
        while (next < options.count) {
          next += 1;
          await enter(options, next);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, options.count) }, run));
    }
    return (performance.now() - start) / 1000;
  },
  count: () => rigs.length,
  /** Begins to wait for the next job on all connections but the first ones, which get none. */
  watch: (but: number) => {
    for (const rig of rigs.slice(but)) rig.arrival = 0;
  },
  /** Waits until the job has come on all these connections. @returns its times of arrival, in common time, ascending */
  arrivals: async () => {
    const deadline = performance.now() + 10_000;
    while (rigs.some(({ arrival }) => arrival === 0)) {
      if (performance.now() > deadline) throw new Error('a job did not reach everybody in ten seconds');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return Float64Array.from(rigs, ({ arrival = 0 }) => arrival)
      .toSorted()
      .join(' ');
  },
  /** Sends one share after the other on each connection. @returns the ms until each answer, ascending */
  pings: async ({ lines, milliseconds }: { lines: readonly (readonly string[])[]; milliseconds: number }) => {
    const end = performance.now() + milliseconds;
    const times: number[] = [];
    const one = async (rig: Rig, own: readonly string[]) => {
      for (let i = 0; performance.now() < end; i = (i + 1) % own.length) {
        const start = performance.now();
        const answer = await rig.ask(own[i] ?? '');
        if (!answer.includes('"result":true')) throw new Error(`a valid share was refused: ${answer}`);
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, PING_PAUSE_MS));
      }
    };
    await Promise.all(
      lines.map((own, i) => {
        const [rig, mine] = prepared(rigs[i], own);
        return one(rig, mine);
      }),
    );
    return times.toSorted((a, b) => a - b);
  },
  /** Uses the connections that were opened first. */
  flood: async ({ lines, outstanding, milliseconds }: FloodOptions): Promise<FloodResult> => {
    const flood = new Flood(new Map(lines.map((own, i) => prepared(rigs[i], own))));
    flood.begin(outstanding);
    // The first part is not measured: queues fill, and the engine compiles code.
    await new Promise((resolve) => setTimeout(resolve, Math.min(500, milliseconds / 2)));
    const before = flood.accepted + flood.refused;
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const answers = flood.accepted + flood.refused - before;
    const answersPerSecond = (answers * 1000) / (performance.now() - start);
    await flood.end();
    const { accepted, refused, refusal } = flood;
    return { answersPerSecond, accepted, refused, refusal };
  },
});
