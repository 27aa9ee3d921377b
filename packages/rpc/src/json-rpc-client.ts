import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AditError } from '@adit/primitives';
import { Credentials } from './credentials.ts';
import { NodeError, nodeError, RpcError, transportError } from './errors.ts';
import { type AnswerLimits, type HttpAnswer, httpPost } from './http-post.ts';
import { parseLosslessJson, stringifyLosslessJson } from './json.ts';
import { backoffMs, sleepFor } from './sleep.ts';

/** Where a node is, and how it is asked. */
export interface JsonRpcOptions {
  /** `http://host:port/` or https; credentials inside the URL are taken out of it. */
  url: string;
  user?: string;
  password?: string;
  /** A file `user:password` that the node rewrites at each start; read again whenever it has changed. */
  cookieFile?: string;
  /** A file with the password of `user`, which others may not read; read again whenever it has changed. */
  passwordFile?: string;
  /** Limit of one attempt, connecting included. Default 10 s. */
  timeoutMs?: number;
  /** Further attempts after a transport error. Default 2. */
  retries?: number;
  /** Integers beyond 2^53 come as bigint instead of rounded. Default false. */
  losslessIntegers?: boolean;
}

/** Chance and time of the back-off; the machine's where left out. */
export interface JsonRpcModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What holds for one call only. */
export interface JsonRpcCallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  /** False where sending twice could do harm (payments). Default true. */
  retry?: boolean;
  /** More is refused before it is parsed. Default 64 MiB, what the largest verbose block may have. */
  maxAnswerBytes?: number;
  /** The same for values, which cost more to parse than bytes. Default a million, what a large template may have. */
  maxAnswerValues?: number;
  /**
   * Reads an answer that is too long, or has too many values, to be parsed here: others wait meanwhile. Gives the answer with its `id` and
   * `error`, and anything for `result`. Throws SyntaxError for what is no JSON.
   */
  readLarge?: (body: Buffer) => Promise<unknown>;
}

/** Parsing this much takes a millisecond or two; so many values, losslessly, take eight. */
const LARGE_BYTES = 64 * 1024;
const MANY_VALUES = 4_096;

/**
 * Heights, hashes, headers, verdicts: the longest of them, a header with its solution, has 4 kB, and a few dozen
 * values.
 */
export const SMALL_ANSWER = { maxAnswerBytes: 64 * 1024, maxAnswerValues: 1_024 } as const;
/** A verbose block has about 20 bytes of JSON for each of its 2,000,000 bytes at the worst. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A transaction of a verbose block lies eight brackets deep. */
const MAX_DEPTH = 32;
/** A template with 40,000 transactions, which do not fit into a block, has 400,000. */
const MAX_VALUES = 1_000_000;
/** A file whose secret is another one each time it is read must not keep a call going. */
const MAX_RENEWALS = 2;
/** After these the secret is read again: another one may be the answer to them. */
const OF_CREDENTIALS: ReadonlySet<string> = new Set([
  'ADIT_RPC_UNREACHABLE',
  'ADIT_RPC_TIMEOUT',
  'ADIT_RPC_UNAUTHORIZED',
]);
const HANGS_UP = 'Zebra does so to a wrong user, password or cookie';
const WANTS_COOKIE =
  'Zebra does so where it wants its cookie, and none is configured: set cookie_file of the node (or, in zebrad.toml, enable_cookie_auth = false)';
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 5_000;

/** JSON-RPC 2.0 over HTTP with kept connections, as zcashd, Zebra and getrue all understand it. */
export class JsonRpcClient {
  /** `host:port`: safe to log. */
  readonly name: string;
  readonly #url: URL;
  readonly #credentials: Credentials;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #lossless: boolean;
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  #nextId = 1;
  /** It has answered something: whatever it does now, it wants no secret that it is not given. */
  #hasAnswered = false;

  /** @throws AditError `ADIT_BAD_URL` */
  constructor(options: JsonRpcOptions, modules: JsonRpcModules = {}) {
    const url = parseUrl(options.url);
    this.#credentials = new Credentials({
      user: options.user ?? (url.username === '' ? undefined : decodeURIComponent(url.username)),
      password: options.password ?? (url.password === '' ? undefined : decodeURIComponent(url.password)),
      cookieFile: options.cookieFile,
      passwordFile: options.passwordFile,
    });
    url.username = '';
    url.password = '';
    this.#url = url;
    this.name = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;
    // One node serves a long poll, a few status calls and block submissions: eight sockets are plenty.
    const agentOptions = { keepAlive: true, maxSockets: 8 };
    this.#agent = url.protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#retries = options.retries ?? 2;
    this.#lossless = options.losslessIntegers ?? false;
    this.#random = modules.random ?? Math.random;
    this.#sleep = modules.sleep ?? sleepFor;
  }

  /**
   * The `result` of one call.
   * @throws RpcError when the node refuses; AditError `ADIT_RPC_TIMEOUT`, `ADIT_RPC_UNREACHABLE`,
   *   `ADIT_RPC_BAD_ANSWER`, `ADIT_RPC_UNAUTHORIZED`, `ADIT_RPC_ABORTED`
   */
  async call(method: string, params: readonly unknown[], options: JsonRpcCallOptions = {}): Promise<unknown> {
    const id = this.#takeId();
    const answer = await this.#exchange({ jsonrpc: '2.0', id, method, params }, options);
    const outcome = this.#readItem(answer, id, method);
    if (outcome instanceof RpcError) throw outcome;
    return outcome;
  }

  /**
   * Several calls in one request. The results are in the order of the calls; a refused one is an
   * RpcError in its place.
   * @throws as `call`, for faults of the whole request
   */
  async batch(
    calls: readonly { method: string; params: readonly unknown[] }[],
    options: JsonRpcCallOptions = {},
  ): Promise<readonly unknown[]> {
    if (calls.length === 0) return [];
    const requests = calls.map((call) => ({ jsonrpc: '2.0', id: this.#takeId(), ...call }));
    const answer = await this.#exchange(requests, options);
    if (!Array.isArray(answer)) {
      // A node without batches answers with one error for all.
      const outcome = this.#readItem(answer, null, 'batch');
      throw outcome instanceof RpcError ? outcome : this.#bad('a batch must be answered with an array');
    }
    const byId = new Map<unknown, unknown>(
      answer.map((item: unknown) => [isRecord(item) ? item['id'] : undefined, item]),
    );
    return requests.map(({ id, method }) => {
      if (!byId.has(id)) throw this.#bad(`the batch answer lacks an item for ${method}`);
      return this.#readItem(byId.get(id), id, method);
    });
  }

  /** Ends the kept connections. Calls under way end with `ADIT_RPC_UNREACHABLE`. */
  close(): void {
    this.#agent.destroy();
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id >= Number.MAX_SAFE_INTEGER ? 1 : id + 1;
    return id;
  }

  async #exchange(request: unknown, options: JsonRpcCallOptions): Promise<unknown> {
    const body = stringifyLosslessJson(request);
    const retries = options.retry === false ? 0 : this.#retries;
    let renewals = 0;
    for (let attempt = 0; ; ) {
      const header = await this.#credentials.header();
      try {
        const answer = await this.#post(body, header, options);
        this.#hasAnswered = true;
        return await this.#parse(answer, options);
      } catch (error) {
        const code = error instanceof AditError ? error.code : '';
        if (!OF_CREDENTIALS.has(code)) throw error;
        // Zebra hangs up on whoever brings the cookie of before its restart, so any silence may be about it.
        const renewed = (await this.#credentials.renew(header)) && renewals < MAX_RENEWALS;
        const refused = code === 'ADIT_RPC_UNAUTHORIZED';
        if (renewed && (refused || options.retry !== false)) {
          renewals += 1;
          continue;
        }
        // Only what broke on the way is tried again: a refusal or a time-out would only repeat itself.
        if (attempt >= retries || code !== 'ADIT_RPC_UNREACHABLE') throw this.#explained(error);
        await this.#pause(backoffMs(attempt, RETRY_BASE_MS, RETRY_CAP_MS, this.#random), options.signal);
        attempt += 1;
      }
    }
  }

  async #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#sleep(ms, signal);
    } catch (error) {
      throw transportError('ADIT_RPC_ABORTED', `the call to ${this.name} was cancelled`, error);
    }
  }

  async #post(
    body: string,
    authorization: string | undefined,
    options: JsonRpcCallOptions,
  ): Promise<HttpAnswer> {
    const limits: AnswerLimits = {
      bytes: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
      depth: MAX_DEPTH,
      values: options.maxAnswerValues ?? MAX_VALUES,
    };
    const answer = await httpPost(this.#url, {
      name: this.name,
      body,
      authorization,
      agent: this.#agent,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      signal: options.signal,
      limits,
    });
    if (answer.status !== 401 && answer.status !== 403) return answer;
    const said = `refuses the user and password (HTTP ${answer.status})`;
    throw nodeError('ADIT_RPC_UNAUTHORIZED', this.name, said);
  }

  /** Says what a broken exchange may have to do with the secret that was sent. */
  #explained(error: unknown): unknown {
    if (!(error instanceof AditError)) return error;
    const { fault, any } = this.#credentials;
    const hungUp = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNRESET';
    const why = any ? HANGS_UP : this.#hasAnswered ? undefined : WANTS_COOKIE;
    const hints = [...(hungUp && why !== undefined ? [why] : []), ...(fault === undefined ? [] : [fault])];
    if (hints.length === 0) return error;
    const cause = { cause: error };
    return error instanceof NodeError
      ? new NodeError(error.code, error.node, [error.said, ...hints].join('; '), cause)
      : new AditError(error.code, [error.message, ...hints].join('; '), cause);
  }

  async #parse({ status, body, values }: HttpAnswer, { readLarge }: JsonRpcCallOptions): Promise<unknown> {
    try {
      const isLarge = body.length > LARGE_BYTES || values > MANY_VALUES;
      if (readLarge !== undefined && isLarge) return await readLarge(body);
      const text = body.toString('utf8');
      // zcashd sends refusals with HTTP 500 and 404: the body decides.
      return this.#lossless ? parseLosslessJson(text) : JSON.parse(text);
    } catch (error) {
      if (error instanceof AditError) throw error;
      // A proxy in front of a node that is down answers in HTML.
      if (status >= 502 && status <= 504) {
        throw nodeError('ADIT_RPC_UNREACHABLE', this.name, `is not available (HTTP ${status})`);
      }
      throw this.#bad(`the answer is not JSON (HTTP ${status})`);
    }
  }

  /** One item's result, or its RpcError (returned, not thrown: a batch keeps it). `id` null takes any id. */
  #readItem(item: unknown, id: number | null, method: string): unknown {
    if (!isRecord(item)) throw this.#bad('the answer must be an object');
    const error = item['error'];
    if (error !== undefined && error !== null) {
      if (!isRecord(error)) throw this.#bad('error must be an object with code and message');
      const code = Number(error['code']);
      const message = error['message'];
      return new RpcError(
        this.name,
        method,
        Number.isFinite(code) ? code : 0,
        typeof message === 'string' ? message.slice(0, 1000) : 'no message',
        error['data'],
      );
    }
    if (id !== null && item['id'] !== id) throw this.#bad(`id must be ${id}`);
    if (!('result' in item)) throw this.#bad('the answer has neither result nor error');
    return item['result'];
  }

  #bad(why: string): AditError {
    return nodeError('ADIT_RPC_BAD_ANSWER', this.name, `sent an answer that cannot be used: ${why}`);
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    // The text is not repeated: it may hold a password.
    throw new AditError('ADIT_BAD_URL', 'url must be http://host:port/ or https://host:port/');
  }
  return url;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
