import { Census, CONNECTION_LIMITS, type Connection, StratumListener } from '@adit/net';

export interface Message {
  readonly id: unknown;
  readonly method?: string;
  readonly params: readonly unknown[];
  readonly result?: unknown;
}

/** The pool's answer to a request: a result, an error, or none. */
export type Answer = { readonly result: unknown } | { readonly error: unknown } | 'silence';
export type Script = (method: string, params: readonly unknown[], visit: Visit) => Answer;

/** One connection of a miner, as the pool sees it. */
export class Visit {
  readonly #connection: Connection;
  readonly messages: Message[] = [];
  closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  send(...lines: readonly object[]): void {
    this.#connection.send(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  notify(method: string, params: readonly unknown[]): void {
    this.send({ id: null, method, params });
  }

  drop(): void {
    this.#connection.drop({ cause: 'stopped', detail: 'the test drops it' });
  }

  /** The params of all submissions until now. */
  get shares(): (readonly unknown[])[] {
    return this.messages.flatMap(({ method, params }) => (method === 'mining.submit' ? [params] : []));
  }

  /** Asks for the version: when the answer is here, so is every message that the miner sent before it read this. */
  ask(id: string): void {
    this.send({ id, method: 'client.get_version', params: [] });
  }

  answered(id: string): boolean {
    return this.messages.some((message) => message.method === undefined && message.id === id);
  }
}

/** A pool that answers as the script of a test says. */
export class ScriptedPool {
  readonly visits: Visit[] = [];
  readonly #listener: StratumListener;
  readonly #script: Script;
  #port = 0;

  private constructor(script: Script) {
    this.#script = script;
    this.#listener = new StratumListener(
      { host: '127.0.0.1', port: 0 },
      {
        census: new Census(CONNECTION_LIMITS),
        accept: (connection) => {
          const visit = new Visit(connection);
          this.visits.push(visit);
          return {
            line: (line) => this.#onLine(visit, JSON.parse(Buffer.from(line).toString()) as Message),
            closed: () => {
              visit.closed = true;
            },
          };
        },
      },
    );
  }

  static async start(script: Script): Promise<ScriptedPool> {
    const pool = new ScriptedPool(script);
    pool.#port = await pool.#listener.listen();
    return pool;
  }

  get port(): number {
    return this.#port;
  }

  /** The newest connection. */
  get visit(): Visit {
    const visit = this.visits.at(-1);
    if (visit === undefined) throw new Error('no miner has connected yet');
    return visit;
  }

  stop(): Promise<void> {
    return this.#listener.close();
  }

  #onLine(visit: Visit, message: Message): void {
    visit.messages.push(message);
    if (message.method === undefined) return;
    const answer = this.#script(message.method, message.params, visit);
    if (answer !== 'silence') visit.send({ id: message.id, result: null, error: null, ...answer });
  }
}
