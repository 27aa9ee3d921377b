import { connect, type Socket } from 'node:net';
import {
  EPOCH0_DATASET_HASH,
  EquihashSolver,
  encodeZcashHeader,
  equihashSizes,
  TrueHashDataset,
  TrueHasher,
  zcashBlockHash,
} from '@adit/pow';
import {
  bigintFromBytes,
  concatBytes,
  encodeHex,
  hashValue,
  MAX_TARGET_256,
  readUint32LE,
  tryDecodeHex,
  uint32LE,
} from '@adit/primitives';
import { firstNonceOf, LineSplitter } from '@adit/stratum';

export const SMALL = { n: 48, k: 5, personalization: 'ZcashPoW' };
const PREFIX = equihashSizes(SMALL).prefix;
const ZEROS = new Uint8Array(24);
/** All scripted miners of a test share these. Each works in one step and keeps nothing between two steps. */
const SOLVER = new EquihashSolver(SMALL);
const EPOCH0 = TrueHashDataset.epoch0();

export interface Answer {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface MinerJob {
  readonly id: unknown;
  readonly version: string;
  /** Prevhash, merkle root and reserved; or the seedhash and the header hash. */
  readonly hashes: readonly string[];
  readonly time: string;
  readonly bits: string;
  readonly target: bigint;
  readonly nonce1: string;
}

/** The fault of a miner. Each hook replaces one right behaviour. */
export interface Fault {
  readonly subscribeParams?: (miner: ScriptedMiner) => readonly unknown[];
  readonly authorizeParams?: readonly unknown[];
  /** The miner does not wait for the answer to its first request. */
  readonly eager?: true;
  readonly pauseMs?: number;
  /** Ids of submissions. */
  readonly submitId?: (id: number) => unknown;
  /** The parameters that the miner submits for a share. */
  readonly shares?: (params: readonly unknown[], miner: ScriptedMiner) => readonly (readonly unknown[])[];
  /** Sees bytes as they come, before they are cut into lines. */
  readonly chunk?: (bytes: Buffer, miner: ScriptedMiner) => Buffer;
  /** Called for a line that is not a JSON object, or too long. */
  readonly garbage?: (text: string, miner: ScriptedMiner) => void;
  /** @returns true where the hook has handled the message */
  readonly message?: (message: Answer, miner: ScriptedMiner) => boolean;
  /** Chooses the job that the miner mines. @param job the right one */
  readonly job?: (job: MinerJob | undefined, miner: ScriptedMiner) => MinerJob | undefined;
  readonly lost?: (miner: ScriptedMiner) => void;
  /** The miner hashes a job of this dataset with another one. */
  readonly dataset?: (hash: string, miner: ScriptedMiner) => TrueHashDataset | undefined;
  readonly nonce2Bytes?: number;
}

const STEP_MS = 4;
const LINE_LIMIT = 1024 * 1024;
const AT_ONCE = 8;

/** A small miner of both dialects that does everything right except for its fault. */
export class ScriptedMiner {
  readonly dialect: 'zcash' | 'truestratum';
  readonly port: number;
  readonly fault: Fault;
  jobs: MinerJob[] = [];
  target: bigint | undefined;
  nonce1: string | undefined;
  authorized = false;
  sessionId: string | null = null;
  readonly datasets = new Map<string, TrueHashDataset>([[EPOCH0_DATASET_HASH, EPOCH0]]);
  readonly unanswered: unknown[] = [];
  dead = false;
  /** Where it goes when it has lost its connection. */
  home: { host: string; port: number };
  #asked: string | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 10;
  #counter = 0;

  constructor(options: { port: number; dialect: 'zcash' | 'truestratum' }, fault: Fault = {}) {
    this.port = options.port;
    this.dialect = options.dialect;
    this.fault = fault;
    this.home = { host: '127.0.0.1', port: options.port };
    this.connect('127.0.0.1', this.port);
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  connect(host: string, port: number): void {
    if (this.dead) return;
    const socket = connect({ host, port, noDelay: true });
    const splitter = new LineSplitter(LINE_LIMIT);
    this.#socket = socket;
    let over = false;
    const lost = () => {
      if (over) return;
      over = true;
      socket.destroy();
      if (this.#socket !== socket) return;
      this.fault.lost?.(this);
      this.#later();
    };
    socket.on('connect', () => this.#onOpen());
    socket.on('error', lost);
    socket.on('close', lost);
    socket.on('data', (bytes: Buffer) => {
      if (this.#socket !== socket) return;
      const { lines, tooLong } = splitter.push(this.fault.chunk?.(bytes, this) ?? bytes);
      for (const line of lines) this.#onLine(Buffer.from(line).toString());
      if (!tooLong) return;
      this.fault.garbage?.('a long line', this);
      lost();
    });
  }

  send(message: object): void {
    if (this.#socket?.destroyed === false) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  request(id: unknown, method: string, params: readonly unknown[]): void {
    this.send({ id, method, params });
  }

  /** Closes this connection and opens a new one. */
  leave(host = this.home.host, port = this.home.port): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#later(host, port);
  }

  /** The miner leaves and does not come back. */
  die(): void {
    this.dead = true;
    clearInterval(this.#timer);
    this.#socket?.destroy();
  }

  submit(params: readonly unknown[]): void {
    this.#nextId += 1;
    const id = this.fault.submitId === undefined ? this.#nextId : this.fault.submitId(this.#nextId);
    this.unanswered.push(id);
    this.request(id, 'mining.submit', params);
  }

  #later(host = this.home.host, port = this.home.port): void {
    this.jobs = [];
    this.target = undefined;
    this.nonce1 = undefined;
    this.authorized = false;
    this.unanswered.length = 0;
    setTimeout(() => this.connect(host, port), this.fault.pauseMs ?? 80);
  }

  #onOpen(): void {
    const own =
      this.dialect === 'zcash'
        ? ['scripted/1.0', this.sessionId, '127.0.0.1', this.port]
        : ['scripted/1.0', 'TrueStratum/1.0.0', ...(this.sessionId === null ? [] : [this.sessionId])];
    this.request(1, 'mining.subscribe', this.fault.subscribeParams?.(this) ?? own);
    if (this.fault.eager === true) this.#authorize();
  }

  #authorize(): void {
    this.request(2, 'mining.authorize', this.fault.authorizeParams ?? ['alice.rig', 'a-secret-word']);
  }

  #onLine(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.fault.garbage?.(text, this);
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      return this.fault.garbage?.(text, this);
    if (this.fault.message?.(message as Answer, this) === true || this.dead) return;
    const { id, method, params, result, error } = message as Answer;
    if (typeof method !== 'string') return this.#onAnswer(id, result, error);
    this.#onCall(id ?? null, method, Array.isArray(params) ? params : []);
  }

  #onAnswer(id: unknown, result: unknown, error: unknown): void {
    if (id === 1 && this.nonce1 === undefined) return this.#onSubscribed(result);
    if (id === 2) {
      this.authorized = result === true;
      if (!this.authorized) this.die();
      return;
    }
    if (id === 5 && this.#asked !== undefined) return this.#onSeeds(result, error);
    const place = this.unanswered.indexOf(id);
    if (place >= 0) this.unanswered.splice(place, 1);
  }

  #onSubscribed(result: unknown): void {
    const [first, nonce1] = Array.isArray(result) ? (result as unknown[]) : [];
    const most = this.dialect === 'zcash' ? 31 : 3;
    const bytes = tryDecodeHex(nonce1);
    if (bytes === undefined || bytes.length > most) return this.leave();
    const session: unknown = this.dialect === 'zcash' ? first : Array.isArray(first) ? first[1] : null;
    this.sessionId = typeof session === 'string' ? session : null;
    this.nonce1 = String(nonce1);
    if (this.fault.eager !== true) this.#authorize();
    if (this.dialect === 'zcash') this.request(3, 'mining.extranonce.subscribe', []);
  }

  #onSeeds(result: unknown, _error: unknown): void {
    const wanted = this.#asked ?? '';
    const [list] = Array.isArray(result) ? (result as unknown[]) : [];
    this.#asked = undefined;
    if (!Array.isArray(list) || list.length !== 10_240) return;
    const built = TrueHashDataset.fromSeeds(
      concatBytes(...list.map((seed) => tryDecodeHex(seed, 16) ?? new Uint8Array(16))),
    );
    if (encodeHex(built.hash) === wanted) this.datasets.set(wanted, built);
  }

  #onCall(id: unknown, method: string, params: readonly unknown[]): void {
    switch (method) {
      case 'mining.set_target':
      case 'mining.set_difficulty':
        return this.#onTarget(params[0]);
      case 'mining.notify':
        return this.#onNotify(params);
      case 'mining.set_extranonce': {
        const bytes = tryDecodeHex(params[0]);
        if (bytes === undefined || bytes.length > 31) return;
        this.nonce1 = String(params[0]);
        this.jobs = [];
        return;
      }
      case 'client.reconnect':
        if (params[0] === undefined || params[0] === '127.0.0.1') this.leave();
        return;
      case 'client.get_version':
        return this.send({ id, result: 'scripted/1.0', error: null });
      case 'client.show_message':
        if (id !== null) this.send({ id, result: true, error: null });
        return;
    }
    if (id !== null) this.send({ id, result: null, error: [20, 'Unknown method', null] });
  }

  #onTarget(text: unknown): void {
    const bytes = tryDecodeHex(text);
    if (this.dialect === 'truestratum' && bytes?.length === 8) this.target = bigintFromBytes(bytes) << 64n;
    else if (bytes?.length === (this.dialect === 'zcash' ? 32 : 16)) this.target = bigintFromBytes(bytes);
  }

  #onNotify(params: readonly unknown[]): void {
    const { target, nonce1 } = this;
    const [id] = params;
    if (target === undefined || nonce1 === undefined || typeof id !== 'string') return;
    const zcash = this.dialect === 'zcash';
    const hashes = (zcash ? params.slice(2, 5) : params.slice(1, 3)).map(String);
    const clean = zcash ? params[7] : params[3];
    if (hashes.length !== (zcash ? 3 : 2) || hashes.some((hash) => tryDecodeHex(hash, 32) === undefined))
      return;
    if (zcash && params[1] !== '04000000') return;
    this.add(
      {
        id,
        version: String(params[1]),
        hashes,
        time: String(params[5]),
        bits: String(params[6]),
        target,
        nonce1,
      },
      clean === true,
    );
  }

  add(job: MinerJob, clean: boolean): void {
    if (clean) this.jobs = [];
    this.jobs.push(job);
    if (this.jobs.length > 64) this.jobs.shift();
  }

  #step(): void {
    const newest = this.jobs.at(-1);
    const job = this.fault.job === undefined ? newest : this.fault.job(newest, this);
    if (job === undefined || this.unanswered.length >= AT_ONCE || this.dead) return;
    for (const params of this.dialect === 'zcash' ? this.#solve(job) : this.#scan(job)) {
      for (const sent of this.fault.shares?.(params, this) ?? [params]) this.submit(sent);
    }
  }

  #solve(job: MinerJob): readonly (readonly unknown[])[] {
    const nonce1 = tryDecodeHex(job.nonce1) ?? new Uint8Array();
    this.#counter += 1;
    const nonce2 = new Uint8Array(this.fault.nonce2Bytes ?? 32 - nonce1.length);
    nonce2.set(concatBytes(uint32LE(this.#counter), ZEROS).subarray(0, nonce2.length));
    const nonce = new Uint8Array(32);
    nonce.set(concatBytes(nonce1, nonce2).subarray(0, 32));
    const [prevHash, merkleRoot, reserved] = job.hashes.map(
      (hash) => tryDecodeHex(hash, 32) ?? new Uint8Array(32),
    );
    if (prevHash === undefined || merkleRoot === undefined || reserved === undefined) return [];
    const four = (text: string) => readUint32LE(tryDecodeHex(text, 4) ?? new Uint8Array(4));
    const header = encodeZcashHeader({
      version: four(job.version),
      prevHash,
      merkleRoot,
      reserved,
      time: four(job.time),
      bits: four(job.bits),
      nonce,
    });
    return SOLVER.solve(header).flatMap((solution) => {
      const prefixed = concatBytes(PREFIX, solution);
      if (hashValue(zcashBlockHash(header, prefixed)) > job.target) return [];
      return [['alice.rig', job.id, job.time, encodeHex(nonce2), encodeHex(prefixed)]];
    });
  }

  #scan(job: MinerJob): readonly (readonly unknown[])[] {
    const [seedHash = '', headerHash = ''] = job.hashes;
    const dataset =
      this.fault.dataset === undefined ? this.datasets.get(seedHash) : this.fault.dataset(seedHash, this);
    if (dataset === undefined) {
      if (this.#asked !== seedHash) this.request(5, 'mining.seedhash', ['alice.rig', job.id]);
      this.#asked = seedHash;
      return [];
    }
    const nonce1 = tryDecodeHex(job.nonce1) ?? new Uint8Array();
    const start = firstNonceOf(nonce1) + BigInt(this.#counter) * 64n;
    this.#counter += 1;
    const header = tryDecodeHex(headerHash, 32) ?? new Uint8Array(32);
    const { found } = new TrueHasher(dataset).scan(header, start, 64, job.target);
    return found === undefined ? [] : [['alice.rig', job.id, found.nonce.toString()]];
  }
}

export const EASIEST = MAX_TARGET_256;
