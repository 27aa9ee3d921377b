import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { HostNames } from '../../host-names.ts';
import { Places } from '../../places.ts';
import { PROBLEMS, type ProblemCode, ProblemError } from '../problems.ts';
import { ROUTES } from '../routes.ts';
import type { PublicSources } from '../sources.ts';
import { AddressLimits, addressKey, callerAddress } from './address-limits.ts';
import { ApiAnswers, problemAnswer } from './api-answers.ts';
import { RouteTable, readPath } from './read-path.ts';
import { API_HEADERS, COMMON_HEADERS, respond } from './respond.ts';
import type { StaticFiles } from './static-files.ts';

/** How the public server listens, and whom it believes. */
export interface PublicServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Names that a `Host` header may hold besides those of loopback. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies?: readonly string[];
  /** Requests of one address; 20 a second and 100 at once where left out. */
  readonly perSecond?: number;
  readonly burst?: number;
  /** Open connections; a further one takes the place of the one that idles longest. */
  readonly maxConnections?: number;
}

/** Answers requests below `/api` of its own, such as streams. */
export interface PublicExtension {
  /** @returns true if it has taken the request @throws ProblemError, or any other error, which the server answers */
  take(
    request: IncomingMessage,
    response: ServerResponse,
    path: { readonly segments: readonly string[]; readonly search: string },
    address: string,
  ): boolean | Promise<boolean>;
  close(): void;
}

/** What the public server works with. */
export interface PublicServerModules {
  readonly sources: PublicSources;
  readonly files?: StaticFiles;
  readonly extensions?: readonly PublicExtension[];
  /** Called with the words of an unexpected failure. The caller gets no detail of it. */
  readonly onProblem?: (detail: string) => void;
}

const REQUEST_MS = 5_000;
const KEEP_ALIVE_MS = 75_000;
/** A connection on which nothing moves: longer than the heartbeat of a stream. */
const SILENT_MS = 60_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 64;
/** 2,000 streams and as many callers. Each takes some 20 KB. */
const MAX_CONNECTIONS = 4_096;
const CHECK_MS = 500;
const PER_SECOND = 20;
const BURST = 100;
/** Names that nobody has, asked for by one address. A person mistypes an address, a search tries thousands. */
const MISSES_PER_SECOND = 1;
const MISSES_BURST = 30;

/** The HTTP server for everybody: the API, streams, and the pages. It changes nothing. */
export class PublicServer {
  readonly #options: PublicServerOptions;
  readonly #modules: PublicServerModules;
  readonly #hosts: HostNames;
  readonly #server: Server;
  readonly #answers: ApiAnswers;
  readonly #routes = new RouteTable(ROUTES);
  readonly #limits: AddressLimits;
  readonly #misses = new AddressLimits({ perSecond: MISSES_PER_SECOND, burst: MISSES_BURST });
  readonly #proxies: BlockList;
  readonly #places: Places;

  /** @throws AditError `ADIT_ADMIN_HOST` */
  constructor(options: PublicServerOptions, modules: PublicServerModules) {
    this.#options = options;
    this.#modules = modules;
    this.#hosts = new HostNames(options.host, options.allowedHosts);
    this.#answers = new ApiAnswers(modules.sources);
    this.#limits = new AddressLimits({
      perSecond: options.perSecond ?? PER_SECOND,
      burst: options.burst ?? BURST,
    });
    this.#proxies = blockList(options.trustedProxies ?? []);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: REQUEST_MS,
        requestTimeout: REQUEST_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_MS,
        requireHostHeader: false,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxHeadersCount = MAX_HEADERS;
    this.#server.setTimeout(SILENT_MS);
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
      refuse(error.code, socket),
    );
    this.#places = new Places(options.maxConnections ?? MAX_CONNECTIONS, this.#server);
  }

  /** Open connections. */
  get connections(): number {
    return this.#places.taken;
  }

  get kept(): ApiAnswers['kept'] {
    return this.#answers.kept;
  }

  /** @returns the port in use @throws AditError `ADIT_WEB_LISTEN` */
  start(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        const what = `the web server cannot listen on ${host}:${port}: ${messageOf(error)}`;
        reject(new AditError('ADIT_WEB_LISTEN', what, { cause: error }));
      });
      this.#server.listen({ host, port }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Frees the port, says goodbye to streams, and closes all connections. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const extension of this.#modules.extensions ?? []) extension.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A caller that goes away in the middle of its answer is no fault.
    response.on('error', () => undefined);
    try {
      await this.#answer(request, response);
    } catch (error) {
      const problem = error instanceof ProblemError ? error : new ProblemError('ADIT_API_FAILED');
      if (problem !== error) this.#modules.onProblem?.(messageOf(error));
      if (response.headersSent) response.destroy();
      else this.#refuse(request, response, problem);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method = '', url = '' } = request;
    if (!this.#hosts.has(headers.host)) throw new ProblemError('ADIT_API_WRONG_HOST');
    const { segments, search } = readPath(url);
    const isApi = segments[0] === 'api';
    if (method === 'OPTIONS' && isApi) {
      const allowed = {
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'Authorization, If-None-Match, Last-Event-ID',
        'access-control-max-age': '86400',
      };
      response.writeHead(204, { ...API_HEADERS, ...allowed }).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') throw new ProblemError('ADIT_API_METHOD');
    const { 'content-length': length, 'transfer-encoding': encoding } = headers;
    if (encoding !== undefined || (length !== undefined && Number(length) !== 0))
      throw new ProblemError('ADIT_API_BODY');
    const forwarded = headers['x-forwarded-for'];
    const address = addressKey(
      callerAddress(
        request.socket.remoteAddress ?? '',
        Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
        (proxy) => this.#isProxy(proxy),
      ),
    );
    count(this.#limits, address, response);
    if (!isApi) {
      const file = this.#modules.files?.find(segments);
      if (file === undefined) throw new ProblemError('ADIT_API_NOT_FOUND');
      respond(request, response, file.answer, { ...COMMON_HEADERS, ...file.headers });
      return;
    }
    for (const extension of this.#modules.extensions ?? [])
      if (await extension.take(request, response, { segments, search }, address)) return;
    if (segments.length === 3 && segments[1] === 'v1' && segments[2] === 'openapi.json') {
      respond(request, response, this.#answers.openApi, API_HEADERS);
      return;
    }
    const found = this.#routes.find(segments);
    if (found === undefined) throw new ProblemError('ADIT_API_NOT_FOUND');
    const key = keyIn(headers.authorization);
    const answer = await this.#answers.answer(found, search, key);
    // A search for names learns one a second from here on. Names that exist are answered all the same.
    if (answer.status === 404) count(this.#misses, address, response);
    // A browser saves a table instead of showing it.
    if (found.route.answer === undefined && answer.status === 200)
      response.setHeader('content-disposition', `attachment; filename="${found.route.id}.csv"`);
    respond(request, response, answer, API_HEADERS, key !== undefined);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, problem: ProblemError): void {
    if (problem.code === 'ADIT_API_METHOD') response.setHeader('allow', 'GET, HEAD');
    // Bytes after a request whose body was not read are not a request.
    if (problem.code === 'ADIT_API_BODY' || problem.code === 'ADIT_API_METHOD')
      response.setHeader('connection', 'close');
    respond(request, response, problemAnswer(problem), API_HEADERS);
  }

  #isProxy(address: string): boolean {
    const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
    const version = isIP(plain);
    return version !== 0 && this.#proxies.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Counts a request of an address. @throws ProblemError `ADIT_API_TOO_MANY`, with the time to wait in a header of the response */
function count(limits: AddressLimits, address: string, response: ServerResponse): void {
  const wait = limits.take(address, performance.now());
  if (wait === 0) return;
  response.setHeader('retry-after', Math.ceil(wait / 1000));
  throw new ProblemError('ADIT_API_TOO_MANY');
}

function keyIn(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer ([\x21-\x7e]{1,200})$/.exec(header)?.[1];
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const SOCKET_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'ADIT_API_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'ADIT_API_TIMEOUT',
};

/** Answers on the socket itself, where the bytes could not be read as a request. */
function refuse(code: string | undefined, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = new ProblemError(SOCKET_PROBLEMS[code ?? ''] ?? 'ADIT_API_BAD_REQUEST');
  const { status, title } = PROBLEMS[problem.code];
  const { body } = problem;
  const head = {
    ...API_HEADERS,
    'content-type': 'application/problem+json; charset=utf-8',
    connection: 'close',
  };
  const lines = Object.entries({ ...head, 'content-length': Buffer.byteLength(body) });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
    () => socket.destroy(),
  );
}
