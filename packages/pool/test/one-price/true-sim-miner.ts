import type { PoolEnding } from '@adit/pool';
import { decodeHex, targetFromHex, weightOfEitherHalf } from '@adit/primitives';
import { firstNonceOf } from '@adit/stratum';
import type { TruePort } from '../../src/truechain/port.ts';
import { SimConnection } from './sim-connection.ts';

/** A job as a miner gets it. */
export interface HeardTrueJob {
  readonly id: string;
  readonly header: string;
  /** The weight of the target that came before the job. */
  readonly weight: number;
}

const MAX_JOBS = 256;

/** A miner's end of a connection to a TrueStratum port: it only sends and receives lines, and does not hash. */
export class TrueSimMiner {
  readonly jobs: HeardTrueJob[] = [];
  nonce1: Uint8Array = new Uint8Array(0);
  /** How often each answer to a share came: `true`, or the code of a refusal. */
  readonly answers = new Map<string, number>();
  readonly #connection = new SimConnection('127.0.0.1');
  readonly #pool: { line(line: Uint8Array): void; closed(ending: PoolEnding): void };
  #weight = 0;
  #id = 10;

  constructor(port: TruePort, password = 'x') {
    const pool = port.accept(this.#connection.asConnection());
    this.#pool = pool;
    this.#connection.onClosed = (ending) => pool.closed(ending);
    this.#say(1, 'mining.subscribe', ['greedy', '1']);
    this.authorize(password);
    this.hear();
  }

  get open(): boolean {
    return this.#connection.open;
  }

  /** The first nonce of the connection. */
  get prefix(): bigint {
    return firstNonceOf(this.nonce1);
  }

  authorize(password: string): void {
    this.#say(2, 'mining.authorize', ['mallory.rig', password]);
  }

  submit(id: string, nonce: bigint): void {
    this.#id += 1;
    this.#say(this.#id, 'mining.submit', ['mallory.rig', id, nonce.toString()]);
  }

  close(): void {
    this.hear();
    this.#connection.close({ cause: 'left', detail: 'it goes' });
  }

  /** Takes what the pool has sent. */
  hear(): void {
    for (const { id, method, params = [], result, ...rest } of this.#connection.take()) {
      if (method === 'mining.set_difficulty')
        this.#weight = Number(weightOfEitherHalf(targetFromHex(params[0], 16) ?? 0n));
      else if (method === 'mining.notify') {
        this.jobs.push({ id: String(params[0]), header: String(params[2]), weight: this.#weight });
        if (this.jobs.length > MAX_JOBS) this.jobs.shift();
      } else if (id === 1 && Array.isArray(result)) {
        const hex = String(result[1]);
        this.nonce1 = decodeHex(hex, hex.length / 2, 'nonce1');
      } else if (typeof id === 'number' && id > 10) {
        const error = 'error' in rest && Array.isArray(rest.error) ? String(rest.error[0]) : 'none';
        const answer = result === true ? 'true' : error;
        this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
      }
    }
  }

  #say(id: number, method: string, params: readonly unknown[]): void {
    if (this.open) this.#pool.line(Buffer.from(JSON.stringify({ id, method, params })));
  }
}
