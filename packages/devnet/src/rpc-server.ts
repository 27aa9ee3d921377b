import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { parseLosslessJson, sleepFor, stringifyLosslessJson } from '@adit/rpc';
import { type DevnetFault, FaultList, parseFault } from './faults.ts';

/** Answers one call, or throws an {@link RpcFault} to refuse it. `signal` is aborted when the caller hangs up. */
export type RpcHandler = (
  method: string,
  params: readonly unknown[],
  signal: AbortSignal,
) => Promise<unknown> | unknown;

/** A JSON-RPC error object. */
export class RpcFault extends Error {
  readonly rpcCode: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcFault';
    this.rpcCode = code;
  }
}

/** How a server answers. */
export interface RpcStyle {
  /** As zecd: errors come with HTTP 500, or 404 for an unknown method, answers have no `jsonrpc`, and a refused login no text. */
  readonly isBare: boolean;
  /** Time before a wrong login is refused. */
  readonly refusalMs: number;
}

/** As Zebra: every answer comes with HTTP 200. */
const PLAIN: RpcStyle = { isBare: false, refusalMs: 0 };
const UNKNOWN_METHOD = -32601;

/** Where a devnet listens, and which login it requires. */
export interface DevnetRpcServerOptions {
  host?: string;
  /** 0 or absent: any free port. */
  port?: number;
  user?: string;
  password?: string;
  /** File for a new `__cookie__:...`, written at each start (mode 0600) and removed at the end. */
  cookieFile?: string;
  /** Closes the connection on wrong credentials, as Zebra does, instead of answering 401. */
  hangUpOnWrongSecret?: boolean;
}

/** A block of 2 MB is 4 MB of hex; a batch may hold several. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
/** More calls than any client here sends in one batch. */
const MAX_BATCH = 1000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

type Item = { jsonrpc: string; id: unknown; result?: unknown; error?: { code: number; message: string } };

/** Thrown through the handlers if a fault requires the server to hang up. */
class HangUp extends Error {}

/** A small HTTP JSON-RPC server on loopback, with faults that can be set from outside. */
export class DevnetRpcServer {
  readonly #options: DevnetRpcServerOptions;
  readonly #handler: RpcHandler;
  readonly #style: RpcStyle;
  readonly #faults = new FaultList();
  readonly #server: Server;
  #authorizations: readonly string[] = [];

  /** @throws AditError `ADIT_NOT_LOOPBACK` */
  constructor(options: DevnetRpcServerOptions, handler: RpcHandler, style: RpcStyle = PLAIN) {
    if (!LOOPBACK.has(options.host ?? '127.0.0.1')) {
      throw new AditError(
        'ADIT_NOT_LOOPBACK',
        'a devnet listens on 127.0.0.1 only: anyone could take its coins',
      );
    }
    this.#options = options;
    this.#handler = handler;
    this.#style = style;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // No limit for a request: a long poll stays open while nothing changes.
    this.#server.requestTimeout = 0;
  }

  async start(): Promise<void> {
    await this.#writeCredentials();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, this.#options.host ?? '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** @throws AditError `ADIT_NOT_STARTED` */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') {
      throw new AditError('ADIT_NOT_STARTED', 'the devnet has no address before start()');
    }
    return `http://${hostOf(address)}:${address.port}/`;
  }

  /** @throws AditError `ADIT_BAD_FAULT` */
  inject(fault: DevnetFault): void {
    this.#faults.add(parseFault(fault));
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Closes all connections and stops. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    if (this.#options.cookieFile !== undefined) await rm(this.#options.cookieFile, { force: true });
  }

  async #writeCredentials(): Promise<void> {
    const { user, password, cookieFile } = this.#options;
    const accepted: string[] = [];
    if (user !== undefined || password !== undefined) accepted.push(`${user ?? ''}:${password ?? ''}`);
    if (cookieFile !== undefined) {
      const cookie = `__cookie__:${randomBytes(32).toString('base64')}`;
      await writeFile(cookieFile, cookie, { mode: 0o600 });
      accepted.push(cookie);
    }
    this.#authorizations = accepted.map((text) => `Basic ${Buffer.from(text).toString('base64')}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    if (request.method !== 'POST') return end(response, 405, 'only POST is answered\n');
    if (
      this.#authorizations.length > 0 &&
      !this.#authorizations.includes(request.headers.authorization ?? '')
    ) {
      if (this.#options.hangUpOnWrongSecret === true) {
        request.socket.destroy();
        return;
      }
      if (this.#style.refusalMs > 0) await sleepFor(this.#style.refusalMs, gone.signal);
      return end(response, 401, this.#style.isBare ? '' : 'user and password, or the cookie, are wrong\n');
    }
    const text = await readBody(request);
    if (text === undefined) return end(response, 413, 'the request is too long\n');
    let body: unknown;
    try {
      body = parseLosslessJson(text);
    } catch {
      return this.#send(response, refusal(null, -32700, 'Parse error'));
    }
    try {
      this.#send(response, await this.#answerBody(body, gone.signal));
    } catch (error) {
      if (!(error instanceof HangUp)) throw error;
      request.socket.destroy();
    }
  }

  #send(response: ServerResponse, body: Item | Item[]): void {
    if (!this.#style.isBare || Array.isArray(body)) return answer(response, 200, body);
    const { id, result = null, error = null } = body;
    const status = error === null ? 200 : error.code === UNKNOWN_METHOD ? 404 : 500;
    answer(response, status, { error, id, result });
  }

  async #answerBody(body: unknown, signal: AbortSignal): Promise<Item | Item[]> {
    if (!Array.isArray(body)) return this.#answerItem(body, signal);
    if (body.length === 0 || body.length > MAX_BATCH) {
      return refusal(null, -32600, `a batch must have 1 to ${MAX_BATCH} items`);
    }
    const items: Item[] = [];
    for (const item of body) items.push(await this.#answerItem(item, signal));
    return items;
  }

  async #answerItem(item: unknown, signal: AbortSignal): Promise<Item> {
    if (typeof item !== 'object' || item === null)
      return refusal(null, -32600, 'a request must be an object');
    const { id = null, method, params = [] } = item as { id?: unknown; method?: unknown; params?: unknown };
    if (typeof method !== 'string') return refusal(id, -32600, 'method must be a string');
    if (!Array.isArray(params)) return refusal(id, -32602, 'params must be an array');
    try {
      return { jsonrpc: '2.0', id, result: (await this.#run(method, params, signal)) ?? null };
    } catch (error) {
      if (error instanceof HangUp) throw error;
      return refusal(id, error instanceof RpcFault ? error.rpcCode : -32603, messageOf(error));
    }
  }

  async #run(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    if (method === 'devnet_fault') {
      try {
        this.#faults.add(parseFault(params[0]));
      } catch (error) {
        throw new RpcFault(-32602, messageOf(error));
      }
      return true;
    }
    if (method === 'devnet_clearFaults') {
      this.#faults.clear();
      return true;
    }
    const fault = this.#faults.take(method);
    if (fault === undefined) return this.#handler(method, params, signal);
    if (fault.after === true && fault.kind !== 'delay') await this.#handler(method, params, signal);
    switch (fault.kind) {
      case 'disconnect':
        throw new HangUp();
      case 'error':
        throw new RpcFault(fault.code ?? -32603, fault.message ?? 'injected fault');
      case 'answer':
        return fault.answer ?? null;
      case 'silence':
        return await untilGone(signal);
      case 'delay':
        await sleepFor(fault.delayMs ?? 1000, signal);
        return this.#handler(method, params, signal);
    }
  }
}

/** Never answers: rejects when the caller has hung up. */
function untilGone(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new HangUp());
    signal.addEventListener('abort', () => reject(new HangUp()), { once: true });
  });
}

function refusal(id: unknown, code: number, message: string): Item {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = stringifyLosslessJson(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function end(response: ServerResponse, status: number, message: string): void {
  // The rest of the request is not read, so the connection cannot be used again.
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(message);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = part as Buffer;
    length += bytes.length;
    if (length > MAX_REQUEST_BYTES) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts, length).toString('utf8');
}

function hostOf(address: AddressInfo): string {
  return address.family === 'IPv6' ? `[${address.address}]` : address.address;
}
