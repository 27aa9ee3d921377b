import {
  checkBytes,
  decodeHex,
  encodeHex,
  messageOf,
  readUint32LE,
  targetFromHex,
  tryDecodeHex,
  uint32LE,
} from '@adit/primitives';
import { ClientSession, checkText, printable } from '../client-session.ts';
import { SpokenDialect } from '../spoken-dialect.ts';
import type { ZcashJobFields } from './messages.ts';

/** What one connection of a miner tells the pool about itself. */
export interface ZcashClientOptions {
  /** Name and version of the miner, such as `my-miner/1.0`. */
  readonly agent: string;
  /** Where the miner connects; it tells the pool. */
  readonly host: string;
  readonly port: number;
  /** Old miners send the port as a string, and so does the protocol document. */
  readonly portAsString?: boolean;
  readonly worker: string;
  readonly password: string;
  /** Session id of an earlier connection, to resume it; null for a new session. */
  readonly sessionId?: string | null;
  /** Canonical prefix that stands before each solution: `equihashSizes(params).prefix` of `@adit/pow`. */
  readonly solutionPrefix: Uint8Array;
  readonly nonceLayout?: 'leading' | 'trailing';
  readonly extranonceSubscribe?: boolean;
  readonly suggestTarget?: bigint;
}

/** A job with everything that is needed to mine it. */
export interface ZcashClientJob extends ZcashJobFields {
  readonly id: string;
  readonly nonce1: Uint8Array;
  /** The hash of a share must be at or below it. */
  readonly target: bigint;
  /** The Equihash of the job, if the pool names it: `144_5` behind the fields that ZIP 301 defines. */
  readonly equihash?: NamedEquihash;
}

/** What a pool says about the Equihash of its jobs. */
export interface NamedEquihash {
  readonly n: number;
  readonly k: number;
  /** The eight characters behind the parameters, such as `BgoldPoW`; absent if the pool does not name them. */
  readonly personalization?: string;
}

/** A solution for a job, to be submitted. */
export interface ZcashClientShare {
  readonly jobId: string;
  readonly time: number;
  /** 32 bytes in header order. */
  readonly nonce: Uint8Array;
  /** The solution without its prefix. */
  readonly solution: Uint8Array;
}

/** Number of fields of a job, `clean_jobs` included. */
const FIELDS = 8;
/** The only version that ZIP 301 defines; miners must ignore jobs of other versions. */
const VERSION = 4;
/** Parameters n and k of an Equihash, as a text behind the fields of a job. */
const EQUIHASH = /^(\d{2,3})_(\d{1,2})$/;
/** Eight characters behind it; a pool may leave them out. */
const PERSONALIZATION = /^[\x20-\x7e]{8}$/;
/** Jobs of one tip for which the session still sends shares. Pools refresh a job about every minute. */
const MAX_LIVE_JOBS = 64;

const REQUEST = {
  subscribe: 1,
  authorize: 2,
  extranonce: 3,
  firstSubmission: 4,
  suggest: 1_000_000_000,
} as const;

/** The miner's side of one connection in the Zcash dialect. */
export class ZcashClientSession extends ClientSession<ZcashClientJob> {
  readonly #options: ZcashClientOptions;
  readonly #live: string[] = [];
  readonly #spoken = new SpokenDialect('zcash');
  #nonce1: Uint8Array | undefined;
  /** The nonce1 of the next job, if it is another one. */
  #nextNonce1: Uint8Array | undefined;
  #target: bigint | undefined;
  #sessionId: string | null = null;

  /** @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_OPTION` for an option of another type */
  constructor(options: ZcashClientOptions) {
    super(options.agent, REQUEST.firstSubmission);
    checkText(options.worker, 'worker');
    checkText(options.password, 'password');
    checkBytes(options.solutionPrefix, 'solutionPrefix');
    this.#options = options;
  }

  /** The session id that the pool gave, for use after a reconnect; null without one. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** Sends a share. @returns an empty list if the pool has withdrawn the share's job */
  submit(share: ZcashClientShare, token: number): ReturnType<ZcashClientSession['line']> {
    const nonce1 = this.#nonce1;
    if (nonce1 === undefined || !this.#live.includes(share.jobId)) return [];
    const { solutionPrefix, worker, nonceLayout } = this.#options;
    const nonce2 =
      nonceLayout === 'trailing'
        ? share.nonce.subarray(0, 32 - nonce1.length)
        : share.nonce.subarray(nonce1.length);
    this.send(token, [
      worker,
      share.jobId,
      encodeHex(uint32LE(share.time)),
      encodeHex(nonce2),
      encodeHex(solutionPrefix) + encodeHex(share.solution),
    ]);
    return this.drain();
  }

  protected override begin(): void {
    const { agent, sessionId, host, port, portAsString } = this.#options;
    const params = [agent, sessionId ?? null, host, portAsString === true ? String(port) : port];
    this.request(REQUEST.subscribe, 'mining.subscribe', params, ({ result, error }) => {
      const nonce1 = Array.isArray(result) ? tryDecodeHex(result[1]) : undefined;
      if (nonce1 === undefined || nonce1.length >= 32) {
        return this.unusable(
          'mining.subscribe',
          error,
          'session id and at most 31 bytes of nonce1 were expected',
        );
      }
      const id: unknown = Array.isArray(result) ? result[0] : null;
      this.#sessionId = typeof id === 'string' && id.length <= 128 ? id : null;
      this.#nonce1 = nonce1;
      this.#onSubscribed();
    });
  }

  #onSubscribed(): void {
    const { worker, password, extranonceSubscribe, suggestTarget } = this.#options;
    this.authorize(REQUEST.authorize, worker, password, () => this.effect({ kind: 'ready' }));
    if (extranonceSubscribe === true)
      this.request(REQUEST.extranonce, 'mining.extranonce.subscribe', [], () => {});
    if (suggestTarget !== undefined) {
      const text = suggestTarget.toString(16).padStart(64, '0');
      this.request(REQUEST.suggest, 'mining.suggest_target', [text], () => {});
    }
  }

  protected override notified(method: string, params: readonly unknown[]): boolean {
    if (this.isOther(this.#spoken.hear(method, params))) return true;
    if (method === 'mining.set_target') this.#onTarget(params[0]);
    else if (method === 'mining.notify') this.#onNotify(params);
    else if (method === 'mining.set_extranonce') this.#onExtranonce(params[0]);
    else return false;
    return true;
  }

  #onTarget(text: unknown): void {
    const target = targetFromHex(text, 32);
    if (target === undefined || target === 0n)
      return this.broken('bad_target', 'mining.set_target must be 64 hex digits, not zero');
    this.#target = target;
  }

  #onExtranonce(text: unknown): void {
    const nonce1 = tryDecodeHex(text);
    if (nonce1 === undefined || nonce1.length === 0 || nonce1.length >= 32) {
      return this.broken('bad_nonce1', 'mining.set_extranonce must be 1 to 31 bytes of hex');
    }
    // It holds from the next job on. Until then pools judge shares of the running job by the nonce1 that it was sent with.
    const same = this.#nonce1 !== undefined && encodeHex(this.#nonce1) === encodeHex(nonce1);
    this.#nextNonce1 = same ? undefined : nonce1;
  }

  #onNotify(params: readonly unknown[]): void {
    const [id, version, prevHash, merkleRoot, reserved, time, bits, clean] = params;
    if (this.#nonce1 === undefined) return this.jobTooEarly();
    if (this.#target === undefined) return this.note('a job came before any target: waiting for the next');
    if (typeof id !== 'string' || id.length > 128 || typeof clean !== 'boolean') {
      return this.broken('bad_job', 'mining.notify must begin with a job id and end with clean_jobs');
    }
    let job: ZcashClientJob;
    try {
      job = {
        id,
        version: readUint32LE(decodeHex(version, 4, 'version')),
        prevHash: decodeHex(prevHash, 32, 'prevhash'),
        merkleRoot: decodeHex(merkleRoot, 32, 'merkleroot'),
        reserved: decodeHex(reserved, 32, 'reserved'),
        time: readUint32LE(decodeHex(time, 4, 'time')),
        bits: readUint32LE(decodeHex(bits, 4, 'bits')),
        nonce1: this.#nextNonce1 ?? this.#nonce1,
        target: this.#target,
        ...equihashOf(params.slice(FIELDS)),
      };
    } catch (error) {
      return this.broken('bad_job', `mining.notify: ${messageOf(error)}`);
    }
    if (job.version !== VERSION)
      return this.note(`job ${printable(id)} has header version ${job.version}, only 4 is defined`);
    // A submission does not name its nonce1: from this job on, shares under the old one would be taken for shares under
    // the new one. So the job is clean, whatever the pool says.
    const alone = clean || this.#nextNonce1 !== undefined;
    this.#nonce1 = job.nonce1;
    this.#nextNonce1 = undefined;
    if (alone) this.#live.length = 0;
    if (!this.#live.includes(id)) this.#live.push(id);
    if (this.#live.length > MAX_LIVE_JOBS) this.#live.shift();
    this.effect({ kind: 'job', job, clean: alone });
  }
}

/** Finds the Equihash among the extra fields, and ignores everything else there. */
function equihashOf(extras: readonly unknown[]): Pick<ZcashClientJob, 'equihash'> {
  for (const [index, extra] of extras.entries()) {
    const [, n, k] = typeof extra === 'string' ? (EQUIHASH.exec(extra) ?? []) : [];
    if (n === undefined) continue;
    const next = extras[index + 1];
    const named = typeof next === 'string' && PERSONALIZATION.test(next) ? { personalization: next } : {};
    return { equihash: { n: Number(n), k: Number(k), ...named } };
  }
  return {};
}
