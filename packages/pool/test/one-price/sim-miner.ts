import type { PoolEnding } from '@adit/pool';
import { decodeHex, targetFromHex } from '@adit/primitives';
import type { ZcashPort } from '../../src/zcash/port.ts';
import { SimConnection } from './sim-connection.ts';

/** A job as a miner gets it. */
export interface HeardJob {
  readonly id: string;
  /** Fields of the header: version, previous block, merkle root, reserved, time, bits. */
  readonly fields: readonly string[];
  /** The parts of the header that a miner cannot choose, except nonce1. */
  readonly space: string;
  /** The target that came before the job. */
  readonly target: bigint;
  readonly clean: boolean;
}

/** A miner's end of a connection to a port: it only sends and receives lines, and does not hash. */
export class SimMiner {
  readonly port: number;
  readonly jobs: HeardJob[] = [];
  nonce1 = '';
  sessionId: string | null = null;
  target = 0n;
  /** How often each answer came: `true`, or the code and words of a refusal. */
  readonly answers: Map<string, number>;
  readonly #connection = new SimConnection('127.0.0.1');
  readonly #pool: { line(line: Uint8Array): void; closed(ending: PoolEnding): void };
  #id = 10;

  constructor(port: ZcashPort, index: number, answers: Map<string, number>) {
    this.port = index;
    this.answers = answers;
    const pool = port.accept(this.#connection.asConnection());
    this.#pool = pool;
    this.#connection.onClosed = (ending) => pool.closed(ending);
  }

  get open(): boolean {
    return this.#connection.open;
  }

  subscribe(session: string | null = null): void {
    this.#say(1, 'mining.subscribe', ['greedy', session, 'localhost', 3333]);
  }

  authorize(password = 'x'): void {
    this.#say(2, 'mining.authorize', ['mallory.rig', password]);
  }

  suggest(target: bigint): void {
    this.#say(3, 'mining.suggest_target', [target.toString(16).padStart(64, '0')]);
  }

  submit(jobId: string, time: string, nonce2: string, solution: string): void {
    this.#id += 1;
    this.#say(this.#id, 'mining.submit', ['mallory.rig', jobId, time, nonce2, solution]);
  }

  close(): void {
    this.hear();
    this.#connection.close({ cause: 'left', detail: 'it goes' });
  }

  /** Takes what the pool has sent. */
  hear(): void {
    for (const { id, method, params = [], result, ...rest } of this.#connection.take()) {
      if (method === 'mining.set_target') this.target = targetFromHex(params[0], 32) ?? 0n;
      else if (method === 'mining.set_extranonce') this.nonce1 = String(params[0]);
      else if (method === 'mining.notify') this.#hearJob(params);
      else if (id === 1 && Array.isArray(result)) {
        this.sessionId = typeof result[0] === 'string' ? result[0] : null;
        this.nonce1 = String(result[1]);
      } else if (typeof id === 'number' && id > 10) this.#hearVerdict(result, rest);
    }
  }

  #hearJob(params: readonly unknown[]): void {
    const [id, version, prev, root, reserved, time, bits, clean] = params.map(String);
    if (id === undefined) return;
    const fields = [version, prev, root, reserved, time, bits].map(String);
    const space = [version, prev, root, reserved, bits].join('');
    this.jobs.push({ id, fields, space, target: this.target, clean: clean === 'true' });
    if (this.jobs.length > 64) this.jobs.shift();
  }

  #hearVerdict(result: unknown, rest: object): void {
    const error = 'error' in rest && Array.isArray(rest.error) ? rest.error.slice(0, 2).join(' ') : 'none';
    const answer = result === true ? 'true' : error;
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  #say(id: number, method: string, params: readonly unknown[]): void {
    if (!this.open) return;
    this.#pool.line(Buffer.from(JSON.stringify({ id, method, params })));
  }
}

/** Bytes of a header before its nonce. */
export function headerStart(fields: readonly string[]): Uint8Array {
  return decodeHex(fields.join(''), 108, 'header');
}
