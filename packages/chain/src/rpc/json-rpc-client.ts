import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AditError } from '@adit/primitives';
import { Credentials } from './credentials.ts';
import { RpcError, transportError } from './errors.ts';
import { type HttpAnswer, httpPost } from './http-post.ts';
import { parseLosslessJson, stringifyLosslessJson } from './json.ts';
import { backoffMs, sleepFor } from './sleep.ts';

export interface JsonRpcOptions {
  /** `http://host:port/` or https; credentials inside the URL are taken out of it. */
  url: string;
  user?: string;
  password?: string;
  /** A file `user:password` that the node rewrites at each start. */
  cookieFile?: string;
  /** Limit of one attempt, connecting included. Default 10 s. */
  timeoutMs?: number;
  /** Further attempts after a transport error. Default 2. */
  retries?: number;
  /** Integers beyond 2^53 come as bigint instead of rounded. Default false. */
  losslessIntegers?: boolean;
}

export interface JsonRpcModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface JsonRpcCallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  /** False where sending twice could do harm (payments). Default true. */
  retry?: boolean;
}

/** A template with 2 MB of transactions is about 5 MB of JSON; verbose blocks are larger. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
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

  /** @throws AditError `ADIT_BAD_URL` */
  constructor(options: JsonRpcOptions, modules: JsonRpcModules = {}) {
    const url = parseUrl(options.url);
    this.#credentials = new Credentials({
      user: options.user ?? (url.username === '' ? undefined : decodeURIComponent(url.username)),
      password: options.password ?? (url.password === '' ? undefined : decodeURIComponent(url.password)),
      cookieFile: options.cookieFile,
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
    for (let attempt = 0; ; attempt += 1) {
      try {
        return this.#parse(await this.#postAuthorized(body, options));
      } catch (error) {
        // Only what broke on the way is tried again: a refusal or a time-out would only repeat itself.
        if (attempt >= retries || !(error instanceof AditError) || error.code !== 'ADIT_RPC_UNREACHABLE')
          throw error;
        await this.#pause(backoffMs(attempt, RETRY_BASE_MS, RETRY_CAP_MS, this.#random), options.signal);
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

  async #postAuthorized(body: string, options: JsonRpcCallOptions): Promise<HttpAnswer> {
    const answer = await this.#post(body, options);
    if (answer.status !== 401 && answer.status !== 403) return answer;
    if (this.#credentials.canRefresh) {
      await this.#credentials.refresh();
      const second = await this.#post(body, options);
      if (second.status !== 401 && second.status !== 403) return second;
    }
    throw transportError(
      'ADIT_RPC_UNAUTHORIZED',
      `${this.name} refuses the user and password (HTTP ${answer.status})`,
    );
  }

  async #post(body: string, options: JsonRpcCallOptions): Promise<HttpAnswer> {
    return httpPost(this.#url, {
      name: this.name,
      body,
      authorization: await this.#credentials.header(),
      agent: this.#agent,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      signal: options.signal,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
  }

  #parse(answer: HttpAnswer): unknown {
    let parsed: unknown;
    try {
      parsed = this.#lossless ? parseLosslessJson(answer.body) : JSON.parse(answer.body);
    } catch {
      // A proxy in front of a node that is down answers in HTML.
      if (answer.status >= 502 && answer.status <= 504) {
        throw transportError('ADIT_RPC_UNREACHABLE', `${this.name} is not available (HTTP ${answer.status})`);
      }
      throw this.#bad(`the answer is not JSON (HTTP ${answer.status})`);
    }
    // zcashd sends refusals with HTTP 500 and 404: the body decides.
    return parsed;
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
    return transportError('ADIT_RPC_BAD_ANSWER', `${this.name} sent an answer that cannot be used: ${why}`);
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
