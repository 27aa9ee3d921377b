import {
  bigintFromBytes,
  concatBytes,
  decodeHex,
  messageOf,
  targetFromHex,
  tryDecodeHex,
} from '@adit/primitives';
import { type ClientEffect, ClientSession, checkText } from '../client-session.ts';
import { SpokenDialect } from '../spoken-dialect.ts';
import { SEED_BYTES, SEED_COUNT, TRUESTRATUM_VERSION } from './messages.ts';

/** What one connection of a miner tells the pool about itself. */
export interface TrueStratumClientOptions {
  readonly agent: string;
  readonly worker: string;
  readonly password: string;
  /** Session id of an earlier connection. */
  readonly sessionId?: string;
}

/** A job with everything that is needed to mine it. */
export interface TrueClientJob {
  readonly id: string;
  /** 32 bytes each. */
  readonly datasetHash: Uint8Array;
  readonly headerHash: Uint8Array;
  /** Leading bytes of every nonce. */
  readonly nonce1: Uint8Array;
  /** A share needs a digest of which one half, the first or the second, is strictly below it. */
  readonly target: bigint;
}

/** The seeds that the pool sent. The session does not check that they give the dataset of `datasetHash`. */
export interface SeedsEffect {
  readonly kind: 'seeds';
  /** 163,840 bytes. */
  readonly seeds: Uint8Array;
  readonly datasetHash: Uint8Array;
}

const REQUEST = { subscribe: 1, authorize: 2, seeds: 5, firstSubmission: 244 } as const;
const MAX_LIVE_JOBS = 64;

/** The miner's side of one connection in the TrueStratum dialect. */
export class TrueStratumClientSession extends ClientSession<TrueClientJob, SeedsEffect> {
  readonly #options: TrueStratumClientOptions;
  readonly #live: string[] = [];
  readonly #spoken = new SpokenDialect('truestratum');
  #nonce1: Uint8Array | undefined;
  /** The answer to the subscription has the shape of the Zcash dialect, and is not usable here. */
  #isZcashAnswer = false;
  #target: bigint | undefined;
  #sessionId: string | undefined;

  /** @throws AditError `ADIT_BAD_OPTION` for an option that is not a text */
  constructor(options: TrueStratumClientOptions) {
    super(options.agent, REQUEST.firstSubmission);
    checkText(options.worker, 'worker');
    checkText(options.password, 'password');
    this.#options = options;
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** Sends a share, unless the pool has withdrawn its job. */
  submit(share: { jobId: string; nonce: bigint }, token: number): ClientEffect<TrueClientJob, SeedsEffect>[] {
    if (!this.#live.includes(share.jobId)) return [];
    this.send(token, [this.#options.worker, share.jobId, share.nonce.toString()]);
    return this.drain();
  }

  /** Asks for the seeds of a job's dataset. */
  requestSeeds(jobId: string): ClientEffect<TrueClientJob, SeedsEffect>[] {
    this.request(REQUEST.seeds, 'mining.seedhash', [this.#options.worker, jobId], ({ result, error }) => {
      const [list, hash] = Array.isArray(result) ? result : [];
      const datasetHash = tryDecodeHex(hash, 32);
      const seeds = Array.isArray(list) && list.length === SEED_COUNT ? list.map(decodeSeed) : [];
      if (datasetHash === undefined || seeds.length === 0 || seeds.includes(undefined)) {
        return this.unusable('mining.seedhash', error, `${SEED_COUNT} seeds and a hash were expected`);
      }
      const bytes = concatBytes(...seeds.filter((seed) => seed !== undefined));
      this.effect({ kind: 'seeds', seeds: bytes, datasetHash });
    });
    return this.drain();
  }

  protected override begin(): void {
    const { agent, sessionId, worker, password } = this.#options;
    const params = [agent, TRUESTRATUM_VERSION, ...(sessionId === undefined ? [] : [sessionId])];
    this.request(REQUEST.subscribe, 'mining.subscribe', params, ({ result, error }) => {
      const [names, extranonce] = Array.isArray(result) ? result : [];
      const nonce1 = tryDecodeHex(extranonce);
      if (nonce1 === undefined || nonce1.length > 3) {
        if (isZcashAnswer(result)) return this.#onZcashAnswer();
        return this.#unusableAnswer(error);
      }
      const id: unknown = Array.isArray(names) ? names[1] : undefined;
      this.#sessionId = typeof id === 'string' && id.length <= 128 ? id : undefined;
      this.#nonce1 = nonce1;
      this.authorize(REQUEST.authorize, worker, password, () => this.effect({ kind: 'ready' }));
    });
  }

  /** Goes on to the login, since only the lines behind it make certain what the pool speaks. It is never ready. */
  #onZcashAnswer(): void {
    const { worker, password } = this.#options;
    this.#isZcashAnswer = true;
    this.authorize(REQUEST.authorize, worker, password, () => {});
  }

  #unusableAnswer(error: unknown): void {
    this.unusable('mining.subscribe', error, 'a subscription and at most 3 bytes of nonce1 were expected');
  }

  protected override notified(method: string, params: readonly unknown[]): boolean {
    if (this.isOther(this.#spoken.hear(method, params))) return true;
    if (method === 'mining.set_difficulty') this.#onTarget(params[0]);
    else if (method === 'mining.notify') this.#onNotify(params);
    else return false;
    return true;
  }

  /** Takes a target of 16 bytes. The document's example has 8 bytes: they are taken as the leading half. */
  #onTarget(text: unknown): void {
    const short = tryDecodeHex(text, 8);
    const target = short === undefined ? targetFromHex(text, 16) : bigintFromBytes(short) << 64n;
    if (target === undefined) {
      return this.note('mining.set_difficulty must be a target of 32 hex digits: ignored');
    }
    // No share can meet a target of zero, and the pool would refuse all shares for the target before.
    if (target === 0n) return this.broken('bad_target', 'mining.set_difficulty must not be zero');
    this.#target = target;
  }

  #onNotify(params: readonly unknown[]): void {
    const [id, seedHash, headerHash, clean] = params;
    if (this.#isZcashAnswer) return this.#unusableAnswer(undefined);
    if (this.#nonce1 === undefined) return this.jobTooEarly();
    if (this.#target === undefined) return this.note('a job came before any target: waiting for the next');
    if (typeof id !== 'string' || id.length > 128 || typeof clean !== 'boolean') {
      return this.broken('bad_job', 'mining.notify must begin with a job id and end with cleanjobs');
    }
    let job: TrueClientJob;
    try {
      job = {
        id,
        datasetHash: decodeHex(seedHash, 32, 'seedhash'),
        headerHash: decodeHex(headerHash, 32, 'headerhash'),
        nonce1: this.#nonce1,
        target: this.#target,
      };
    } catch (error) {
      return this.broken('bad_job', `mining.notify: ${messageOf(error)}`);
    }
    if (clean) this.#live.length = 0;
    if (!this.#live.includes(id)) this.#live.push(id);
    if (this.#live.length > MAX_LIVE_JOBS) this.#live.shift();
    this.effect({ kind: 'job', job, clean });
  }
}

/** Whether an answer is that of the Zcash dialect, a session id or null and nonce1, with a nonce1 that is too long here. */
function isZcashAnswer(result: unknown): boolean {
  if (!Array.isArray(result) || result.length !== 2) return false;
  const [session, nonce1] = result as unknown[];
  const bytes = tryDecodeHex(nonce1)?.length ?? 0;
  return (session === null || typeof session === 'string') && bytes > 3 && bytes < 32;
}

function decodeSeed(text: unknown): Uint8Array | undefined {
  return tryDecodeHex(text, SEED_BYTES);
}
