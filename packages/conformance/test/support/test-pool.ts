import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type Dialect, LineSplitter, SERVER_LINE_LIMIT, type Verdict } from '@adit/stratum';
import type { Effects, Engine, EngineSession } from './engine.ts';
import type { Fault, FaultyConnection, TestPoolOptions } from './fault.ts';
import { trueEngine } from './true-engine.ts';
import { zcashEngine } from './zcash-engine.ts';

const DEFAULTS: TestPoolOptions = {
  dialect: 'zcash',
  jobEveryMs: 0,
  keepsSessions: true,
  followsSuggestions: false,
  port: 0,
};
const ENGINES = { zcash: zcashEngine, truestratum: trueEngine } as const satisfies Record<Dialect, unknown>;
const TICK_MS = 50;

/**
 * A pool without a node for trying the checks. It does everything right, except for its one fault.
 */
export class TestPool {
  readonly #server: Server;
  readonly #engine: Engine;
  readonly #fault: Fault;
  readonly #served = new Set<ServedConnection>();
  readonly #connections = new Set<FaultyConnection>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #shared = new Map<string, unknown>();
  #count = 0;
  #dead = false;

  private constructor(options: TestPoolOptions, fault: Fault) {
    this.#fault = fault;
    this.#engine = ENGINES[options.dialect](options, fault);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#timers.push(setInterval(() => this.#each((session) => session.tick()), TICK_MS));
    if (options.jobEveryMs > 0) {
      let clean = true;
      const next = () => {
        clean = !clean;
        this.nextJob(clean);
      };
      this.#timers.push(setInterval(next, options.jobEveryMs));
    }
  }

  /** Listens on 127.0.0.1 until the end of the test. */
  static async start(
    context: Pick<TestContext, 'after'>,
    options: Partial<TestPoolOptions> = {},
    fault: Fault = {},
  ): Promise<TestPool> {
    const all = { ...DEFAULTS, ...options, ...fault.pool };
    const pool = new TestPool(all, fault);
    await new Promise<void>((resolve) => pool.#server.listen(all.port, '127.0.0.1', resolve));
    context.after(() => pool.stop());
    return pool;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Sends a new job to all connections. */
  nextJob(clean: boolean): void {
    this.#engine.nextJob(clean);
    this.#each((session) => session.job(clean));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#dead = true;
    this.#server.close();
    for (const { socket } of this.#connections) socket.destroy();
  }

  #each(work: (session: EngineSession) => Effects): void {
    for (const served of this.#served) served.run(work(served.session));
  }

  #accept(socket: Socket): void {
    if (this.#dead) return void socket.destroy();
    socket.setNoDelay(true);
    this.#count += 1;
    const connection: FaultyConnection = {
      socket,
      memory: new Map(),
      shared: this.#shared,
      all: this.#connections,
      say: (line) => void socket.write(`${line}\n`),
      crash: () => this.stop(),
    };
    const served = new ServedConnection(connection, this.#engine, this.#fault, this.#count);
    this.#connections.add(connection);
    this.#served.add(served);
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      served.session.closed();
      this.#served.delete(served);
      this.#connections.delete(connection);
    });
    this.#fault.opened?.(connection);
  }
}

/** One connection of the test pool. */
class ServedConnection {
  readonly session: EngineSession;
  readonly #connection: FaultyConnection;
  readonly #engine: Engine;
  readonly #fault: Fault;
  readonly #splitter = new LineSplitter(SERVER_LINE_LIMIT);

  constructor(connection: FaultyConnection, engine: Engine, fault: Fault, n: number) {
    this.#connection = connection;
    this.#engine = engine;
    this.#fault = fault;
    this.session = engine.open(n);
    connection.socket.on('data', (chunk: Buffer) => this.#onData(chunk));
  }

  run(effects: Effects): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#send(effect.data);
      else if (effect.kind === 'submit') this.#judge(effect.token, effect.submission);
      else if (effect.kind === 'close') this.#connection.socket.end();
    }
  }

  #onData(chunk: Buffer): void {
    const data = this.#fault.data === undefined ? chunk : this.#fault.data(chunk, this.#connection);
    if (data === undefined) return;
    const { lines, tooLong } = this.#splitter.push(data);
    for (const line of lines) this.#onLine(line);
    if (tooLong) this.#connection.socket.end();
  }

  #onLine(line: Uint8Array): void {
    if (this.#fault.incoming === undefined) return this.run(this.session.line(line));
    const changed = this.#fault.incoming(Buffer.from(line).toString(), this.#connection);
    if (changed !== undefined) this.run(this.session.line(Buffer.from(changed)));
  }

  #judge(token: number, submission: unknown): void {
    const found: Verdict = this.#engine.judge(submission);
    const verdict = this.#fault.verdict?.(found, submission, this.#connection) ?? found;
    this.run(this.session.verdict(token, verdict));
  }

  /** Gathers a line that comes in parts (the seeds), because a hook can only rewrite a whole one. */
  #partial = '';
  #send(data: string | Uint8Array): void {
    const { socket } = this.#connection;
    if (!socket.writable) return;
    const text = this.#partial + (typeof data === 'string' ? data : Buffer.from(data).toString());
    const end = text.lastIndexOf('\n') + 1;
    this.#partial = text.slice(end);
    for (const line of text.slice(0, end).split('\n')) {
      if (line === '') continue;
      const changed =
        this.#fault.outgoing === undefined ? line : this.#fault.outgoing(line, this.#connection);
      if (changed !== undefined) socket.write(`${changed}\n`);
    }
  }
}
