import type { Socket } from 'node:net';
import type { PoolStatus } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { HostNames } from './host-names.ts';
import { Places } from './places.ts';

export interface AdminServerOptions {
  /** The address to listen on: loopback, or any other if `allowedHosts` is not empty. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Names and addresses, without ports, that a `Host` header may hold besides those of loopback. */
  readonly allowedHosts: readonly string[];
  /** The time for a request to arrive, and for a client to take the answer; 5 s where left out. */
  readonly requestMs?: number;
}

/** What `/ready` says. */
export type AdminStatus = Pick<PoolStatus, 'ready' | 'notReady' | 'draining'> & {
  /** A code for each of the reasons in `notReady`. */
  readonly notReadyCauses: readonly string[];
};

export interface AdminServerModules {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly status: () => AdminStatus;
  /** Called with the message of an unexpected failure. The client gets no detail of it. */
  readonly onProblem?: (detail: string) => void;
}

const REQUEST_MS = 5_000;
/** Prometheus asks every 15 to 60 s; this keeps its connection open from one scrape to the next. */
const KEEP_ALIVE_MS = 75_000;
/** The headers of a scrape take 300 bytes. */
const MAX_HEADER_BYTES = 8 * 1024;
/**
 * Prometheus servers, a balancer and people need a dozen. So many other connections must come between the connection and
 * the request of a health check to close it. Each takes some 10 KB.
 */
const MAX_CONNECTIONS = 256;
const CHECK_MS = 500;
const GRACE_MS = 1_000;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
};

const JSON_TYPE = 'application/json; charset=utf-8';

interface Fault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * The HTTP server for the programs of the operator: `/metrics`, `/health` and `/ready`. It changes nothing; control
 * goes over a UNIX socket.
 */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #modules: AdminServerModules;
  readonly #hosts: HostNames;
  readonly #server: FastifyInstance;
  readonly #requestMs: number;
  readonly #places: Places;

  /** @throws AditError `ADIT_ADMIN_HOST` */
  constructor(options: AdminServerOptions, modules: AdminServerModules) {
    this.#options = options;
    this.#modules = modules;
    this.#hosts = new HostNames(options.host, options.allowedHosts);
    this.#requestMs = options.requestMs ?? REQUEST_MS;
    this.#server = fastify({
      logger: false,
      // The hook refuses a body before anything reads it.
      bodyLimit: 1,
      requestTimeout: this.#requestMs,
      // Much later than the answer 408, on a busy machine too: a cut without an answer would not say why.
      connectionTimeout: this.#requestMs * 2 + GRACE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      forceCloseConnections: true,
      return503OnClosing: false,
      http: {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: this.#requestMs,
        connectionsCheckingInterval: Math.min(CHECK_MS, this.#requestMs),
      },
      clientErrorHandler: (error, socket) => refuseBytes(error.code, socket),
      // A request whose path cannot be decoded does not reach the hooks.
      frameworkErrors: (_error, _request, { raw }) => {
        const body = JSON.stringify(faultBody('ADIT_ADMIN_BAD_REQUEST', 'the path cannot be decoded'));
        raw.writeHead(400, { ...HEADERS, 'content-type': JSON_TYPE, connection: 'close' }).end(body);
      },
    });
    this.#places = new Places(MAX_CONNECTIONS, this.#server.server);
    this.#routes();
  }

  /** The number of open connections. It is bounded; a new connection takes the place of the one that idles longest. */
  get connections(): number {
    return this.#places.taken;
  }

  /** @returns the port in use @throws AditError `ADIT_ADMIN_LISTEN` */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    try {
      await this.#server.listen({ host, port });
    } catch (error) {
      const what = `the admin server cannot listen on ${host}:${port}: ${messageOf(error)}`;
      throw new AditError('ADIT_ADMIN_LISTEN', what, { cause: error });
    }
    const address = this.#server.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Frees the port and closes all connections. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  #routes(): void {
    const { metrics, status } = this.#modules;
    const server = this.#server;
    server.addHook('onRequest', async (request, reply) => {
      void reply.headers(HEADERS);
      const fault = this.#faultOf(request);
      if (fault === undefined) return;
      // Bytes after a request whose body was not read are not a request.
      void reply.header('connection', 'close');
      if (fault.status === 405) void reply.header('allow', 'GET, HEAD');
      return reply.code(fault.status).send(faultBody(fault.code, fault.message));
    });
    // A scrape takes some milliseconds: requests that come during one share its result.
    let asked: Promise<string> | undefined;
    const textOnce = () => {
      asked ??= metrics.text().finally(() => {
        asked = undefined;
      });
      return asked;
    };
    server.get('/metrics', async (_request, reply) => {
      const text = await textOnce();
      return reply.type(metrics.contentType).send(text);
    });
    server.get('/health', async () => ({ status: 'ok', uptimeSeconds: Math.floor(process.uptime()) }));
    server.get('/ready', async (_request, reply) => {
      const { ready, notReady, notReadyCauses, draining } = status();
      return reply.code(ready ? 200 : 503).send({ ready, notReady, notReadyCauses, draining });
    });
    server.setNotFoundHandler(async (_request, reply) =>
      reply
        .code(404)
        .send(faultBody('ADIT_ADMIN_NOT_FOUND', 'there are only /metrics, /health and /ready here')),
    );
    server.setErrorHandler(async (error: FastifyError, _request, reply) => {
      this.#modules.onProblem?.(messageOf(error));
      return reply
        .code(500)
        .send(faultBody('ADIT_ADMIN_FAILED', 'this failed: the log of the pool says why'));
    });
  }

  #faultOf({ raw, headers }: FastifyRequest): Fault | undefined {
    if (!this.#hosts.has(headers.host)) {
      return {
        status: 421,
        code: 'ADIT_ADMIN_WRONG_HOST',
        message:
          'the Host header names none of the hosts that are allowed here: see allowed_hosts of [admin]',
      };
    }
    if (raw.method !== 'GET' && raw.method !== 'HEAD') {
      return {
        status: 405,
        code: 'ADIT_ADMIN_METHOD',
        message: 'only GET and HEAD: nothing is changed here',
      };
    }
    const { 'content-length': length, 'transfer-encoding': encoding } = headers;
    if (encoding !== undefined || (length !== undefined && Number(length) !== 0)) {
      return { status: 413, code: 'ADIT_ADMIN_BODY', message: 'a request must have no body here' };
    }
    return undefined;
  }
}

function faultBody(code: string, message: string): { readonly error: { code: string; message: string } } {
  return { error: { code, message } };
}

/** Answers on the socket itself, where the bytes could not be read as a request. */
function refuseBytes(code: string | undefined, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, name, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          'ADIT_ADMIN_TOO_LARGE',
          'the head of the request is too large',
        ]
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'ADIT_ADMIN_TIMEOUT', 'the request did not come in time']
        : ['400 Bad Request', 'ADIT_ADMIN_BAD_REQUEST', 'this is not an HTTP request'];
  const body = JSON.stringify(faultBody(name, message));
  const head = { ...HEADERS, 'content-type': JSON_TYPE, connection: 'close' };
  const lines = Object.entries({ ...head, 'content-length': Buffer.byteLength(body) });
  socket.end(
    `HTTP/1.1 ${status}\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
    () => socket.destroy(),
  );
}
