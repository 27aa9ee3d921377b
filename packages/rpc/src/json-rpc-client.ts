import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AditError } from '@adit/primitives';
import { Credentials } from './credentials.ts';
import { NodeError, nodeError, RpcError, transportError } from './errors.ts';
import { type AnswerLimits, type HttpAnswer, httpPost } from './http-post.ts';
import { parseExactJson, parseLosslessJson, stringifyLosslessJson } from './json.ts';
import { backoffMs, sleepFor } from './sleep.ts';

/** The address of a node, its credentials, and limits for calls. */
export interface JsonRpcOptions {
  /** `http://host:port/` or https. Credentials in the URL are used, and removed from it. */
  url: string;
  user?: string;
  password?: string;
  /**
   * A file with `user:password`, which the node rewrites at each start. The client reads it again when it has changed.
   */
  cookieFile?: string;
  /** A file with the password of `user`, which others must not read. The client reads it again when it has changed. */
  passwordFile?: string;
  /** Time limit of one attempt, including the connection. Default 10 s. */
  timeoutMs?: number;
  /** Further attempts if there was no connection, or it broke. Default 2. */
  retries?: number;
  /** True gives integers beyond 2^53 as bigint; false rounds them. Default false. */
  losslessIntegers?: boolean;
}

/** Random numbers and sleep for the back-off. Default: those of the system. */
export interface JsonRpcModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Wall clock in milliseconds, which the node's is compared with. */
  wallClock?: () => number;
}

/** Options of one call. */
export interface JsonRpcCallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Set false if sending twice could do harm (payments). Default true. */
  retry?: boolean;
  /** Numbers with decimals come as `DecimalText` instead of being rounded to doubles. Default false. */
  exactDecimals?: boolean;
  /** A longer answer is refused before it is parsed. Default 64 MiB, the size of the largest verbose block. */
  maxAnswerBytes?: number;
  /** The same for values, which cost more to parse than bytes. Default one million, enough for a large template. */
  maxAnswerValues?: number;
  /**
   * Reads an answer that is too long, or has too many values, to be parsed on this thread, where other work would have
   * to wait. It returns the answer with its `id` and `error`, and any value for `result`. It throws SyntaxError unless
   * the answer is JSON.
   */
  readLarge?: (body: Buffer) => Promise<unknown>;
}

/**
 * Answers beyond these go to `readLarge`. To parse this many bytes takes 1 to 2 ms; this many values, losslessly, 8 ms.
 */
const LARGE_BYTES = 64 * 1024;
const MANY_VALUES = 4_096;

/**
 * Limits for heights, hashes, headers and verdicts. The longest of them, a header with its solution, has 4 kB and a few
 * dozen values.
 */
export const SMALL_ANSWER = { maxAnswerBytes: 64 * 1024, maxAnswerValues: 1_024 } as const;
/** In the worst case, a verbose block has about 20 bytes of JSON for each of its 2,000,000 bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Most nested brackets. A transaction of a verbose block is eight brackets deep. */
const MAX_DEPTH = 32;
/** A template with 40,000 transactions, more than fit into a block, has 400,000 values. */
const MAX_VALUES = 1_000_000;
/** Repeats of one call with a new secret: a file whose secret changes all the time must not keep a call going. */
const MAX_RENEWALS = 2;
/** Errors after which the secret is read again, because a new one may solve the problem. */
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

/** JSON-RPC 2.0 over HTTP with keep-alive, in the form that zcashd, Zebra and getrue all understand. */
export class JsonRpcClient {
  /** `host:port`, without a secret, so safe to log. */
  readonly name: string;
  readonly #url: URL;
  readonly #credentials: Credentials;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #lossless: boolean;
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #wallClock: () => number;
  #clockOffsetMs: number | undefined;
  #nextId = 1;
  /** The node has answered a call before: so it does not close connections because it wants a secret. */
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
    this.#wallClock = modules.wallClock ?? Date.now;
  }

  /** How far the node's clock was ahead of ours at its last answer, in milliseconds; undefined if it tells no time. */
  get clockOffsetMs(): number | undefined {
    return this.#clockOffsetMs;
  }

  /**
   * Makes one call. @returns its `result`
   * @throws RpcError if the node refuses; AditError `ADIT_RPC_TIMEOUT`, `ADIT_RPC_UNREACHABLE`,
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
   * Makes several calls in one request. The results are in the order of the calls, with an RpcError in the place of
   * each refused one.
   * @throws as `call`, if the whole request fails
   */
  async batch(
    calls: readonly { method: string; params: readonly unknown[] }[],
    options: JsonRpcCallOptions = {},
  ): Promise<readonly unknown[]> {
    if (calls.length === 0) return [];
    const requests = calls.map((call) => ({ jsonrpc: '2.0', id: this.#takeId(), ...call }));
    const answer = await this.#exchange(requests, options);
    if (!Array.isArray(answer)) {
      // A node that does not support batches answers with one error for all calls.
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

  /** Closes the keep-alive connections. Open calls end with `ADIT_RPC_UNREACHABLE`. */
  close(): void {
    this.#agent.destroy();
    this.#credentials.close();
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
        // Zebra closes connections that bring the cookie from before its restart, so a broken exchange may mean that.
        const renewed = (await this.#credentials.renew(header)) && renewals < MAX_RENEWALS;
        const refused = code === 'ADIT_RPC_UNAUTHORIZED';
        if (renewed && (refused || options.retry !== false)) {
          renewals += 1;
          continue;
        }
        // Only a connection that failed or broke is worth another attempt: a refusal or a time-out would repeat itself.
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
      wallClock: this.#wallClock,
    });
    this.#clockOffsetMs = answer.clockOffsetMs;
    if (answer.status !== 401 && answer.status !== 403) return answer;
    const said = `refuses ${this.#credentials.source} (HTTP ${answer.status})`;
    throw nodeError('ADIT_RPC_UNAUTHORIZED', this.name, said);
  }

  /** Adds hints to an error: what the secret, or a missing one, may have to do with it. */
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

  async #parse({ status, body, values }: HttpAnswer, options: JsonRpcCallOptions): Promise<unknown> {
    const { readLarge, exactDecimals = false } = options;
    try {
      const isLarge = body.length > LARGE_BYTES || values > MANY_VALUES;
      if (readLarge !== undefined && isLarge) return await readLarge(body);
      const text = body.toString('utf8');
      if (exactDecimals) return parseExactJson(text);
      // zcashd sends refusals with HTTP 500 and 404: the body decides.
      return this.#lossless ? parseLosslessJson(text) : JSON.parse(text);
    } catch (error) {
      if (error instanceof AditError) throw error;
      // A proxy in front of a node that is down answers with HTML.
      if (status >= 502 && status <= 504) {
        throw nodeError('ADIT_RPC_UNREACHABLE', this.name, `is not available (HTTP ${status})`);
      }
      throw this.#bad(`the answer is not JSON (HTTP ${status})`);
    }
  }

  /**
   * The result of one item, or its RpcError, which is not thrown because a batch keeps it. `id` null matches any id.
   */
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
    // Do not repeat the text: it may contain a password.
    throw new AditError('ADIT_BAD_URL', 'url must be http://host:port/ or https://host:port/');
  }
  return url;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
