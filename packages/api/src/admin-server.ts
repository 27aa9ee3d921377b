import type { Socket } from 'node:net';
import type { PoolStatus } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { HostNames } from './host-names.ts';
import { Places } from './places.ts';

export interface AdminServerOptions {
  /** A loopback address, unless `allowedHosts` names who may be asked. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Names and addresses that a `Host` header may hold beside those of loopback; without ports. */
  readonly allowedHosts: readonly string[];
  /** From the first byte of a request to its end; and for a client to take an answer. Default 5 s. */
  readonly requestMs?: number;
}

export interface AdminServerModules {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly status: () => PoolStatus;
  /** Something failed that nobody expected; the client hears no detail. */
  readonly onProblem?: (detail: string) => void;
}

const REQUEST_MS = 5_000;
/** Prometheus asks every 15 to 60 s: its connection stays. */
const KEEP_ALIVE_MS = 75_000;
/** A scrape's headers are 300 bytes. */
const MAX_HEADER_BYTES = 8 * 1024;
/**
 * Some Prometheus servers, a balancer and people need a dozen. As many can come between a health check's connection and
 * its question before it would have to go; some 10 KB each.
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
 * What an operator's programs read over HTTP: `/metrics`, `/health` and `/ready`. It changes nothing: control
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
      // A body is refused before it is read.
      bodyLimit: 1,
      requestTimeout: this.#requestMs,
      // Well after the request has been refused for its time, on a busy machine too: a silent cut tells nothing.
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
      // A path that cannot be decoded comes past the hooks.
      frameworkErrors: (_error, _request, { raw }) => {
        const body = JSON.stringify(faultBody('ADIT_ADMIN_BAD_REQUEST', 'the path cannot be decoded'));
        raw.writeHead(400, { ...HEADERS, 'content-type': JSON_TYPE, connection: 'close' }).end(body);
      },
    });
    this.#places = new Places(MAX_CONNECTIONS, this.#server.server);
    this.#routes();
  }

  /** Connections that are open: bounded, and whoever comes gets a place. */
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

  /** Frees the port and ends all connections. */
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
      // What may follow a request that was not read to its end is not a request.
      void reply.header('connection', 'close');
      if (fault.status === 405) void reply.header('allow', 'GET, HEAD');
      return reply.code(fault.status).send(faultBody(fault.code, fault.message));
    });
    // Some milliseconds of work: who asks while it is being done gets what comes of it.
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
      const { ready, notReady, draining } = status();
      return reply.code(ready ? 200 : 503).send({ ready, notReady, draining });
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

/** What could not be read as a request at all is answered on the socket itself. */
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
        : ['400 Bad Request', 'ADIT_ADMIN_BAD_REQUEST', 'this is no HTTP request'];
  const body = JSON.stringify(faultBody(name, message));
  const head = { ...HEADERS, 'content-type': JSON_TYPE, connection: 'close' };
  const lines = Object.entries({ ...head, 'content-length': Buffer.byteLength(body) });
  socket.end(
    `HTTP/1.1 ${status}\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
    () => socket.destroy(),
  );
}
