import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import type { PoolStatus } from '@adit/pool';
import fc from 'fast-check';
import { AdminServer, type AdminServerOptions } from '../src/admin-server.ts';
import { PoolMetrics } from '../src/metrics.ts';
import { poolStatus } from './support/pool-status.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

interface Started {
  readonly port: number;
  readonly server: AdminServer;
  ask(question?: Question): Promise<Answer>;
  /** Sends these bytes. @returns the answer, read until the server closes the connection */
  raw(bytes: string): Promise<string>;
}

async function start(
  t: TestContext,
  options: Partial<AdminServerOptions> = {},
  status: () => PoolStatus = () => poolStatus(),
): Promise<Started> {
  const metrics = new PoolMetrics({ version: '1.2.3' }, { status });
  const server = new AdminServer(
    { host: '127.0.0.1', port: 0, allowedHosts: [], ...options },
    { metrics, status },
  );
  t.after(async () => {
    await server.close();
    metrics.close();
  });
  const port = await server.start();
  const ask = ({ method = 'GET', path = '/health', headers = {}, body, agent }: Question = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers, agent: agent ?? false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const { statusCode: code = 0 } = answer;
            resolve({ status: code, headers: answer.headers, body: Buffer.concat(chunks).toString() });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const raw = async (bytes: string) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(bytes);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  };
  return { port, server, ask, raw };
}

function codeOf({ body }: Pick<Answer, 'body'>): unknown {
  return JSON.parse(body).error.code;
}

suite('what can be read', () => {
  test('/metrics is the text format of Prometheus', async (t) => {
    const { ask } = await start(t);
    const { status, headers, body } = await ask({ path: '/metrics' });
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^adit_connections\{port="asic"\} 12$/m);
    assert.match(body, /^adit_build_info\{version="1\.2\.3"/m);
  });

  test('/health answers with the uptime while the process runs', async (t) => {
    const { ask } = await start(t, {}, () =>
      poolStatus({ ready: false, notReady: ['zcash has no work yet'] }),
    );
    const { status, body } = await ask({ path: '/health' });
    assert.equal(status, 200);
    const { status: word, uptimeSeconds } = JSON.parse(body);
    assert.equal(word, 'ok');
    assert.ok(Number.isInteger(uptimeSeconds) && uptimeSeconds >= 0);
  });

  test('/ready is 200 while the pool can serve miners, and 503 with the reasons otherwise', async (t) => {
    let now = poolStatus();
    const { ask } = await start(t, {}, () => now);
    const ready = await ask({ path: '/ready' });
    assert.equal(ready.status, 200);
    assert.deepEqual(JSON.parse(ready.body), {
      ready: true,
      notReady: [],
      notReadyCauses: [],
      draining: false,
    });
    now = poolStatus({
      ready: false,
      notReady: ['zcash has no work yet'],
      notReadyCauses: ['no_work'],
      draining: true,
    });
    const not = await ask({ path: '/ready' });
    assert.equal(not.status, 503);
    assert.deepEqual(JSON.parse(not.body), {
      ready: false,
      notReady: ['zcash has no work yet'],
      notReadyCauses: ['no_work'],
      draining: true,
    });
  });

  test('HEAD is GET without the body, and a query changes nothing', async (t) => {
    const { ask } = await start(t);
    for (const path of ['/metrics', '/health', '/ready', '/ready?verbose=1']) {
      const { status, body } = await ask({ method: 'HEAD', path });
      assert.deepEqual([status, body], [200, '']);
    }
  });

  test('every answer forbids caching, scripts and type guessing, and allows no other origin', async (t) => {
    const { ask } = await start(t);
    const answers = [
      await ask(),
      await ask({ path: '/metrics', headers: { origin: 'http://evil.example' } }),
      await ask({ path: '/nothing' }),
      await ask({ method: 'POST' }),
      await ask({ headers: { host: 'evil.example' } }),
      await ask({ path: '/%' }),
    ];
    for (const { headers } of answers) {
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['content-security-policy'], "default-src 'none'");
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control-')),
        [],
      );
    }
  });

  test('a status that fails is a 500 without detail, and the next request is answered', async (t) => {
    let broken = true;
    const problems: string[] = [];
    const status = () => {
      if (broken) throw new Error('the secret detail');
      return poolStatus();
    };
    const server = new AdminServer(
      { host: '127.0.0.1', port: 0, allowedHosts: [] },
      {
        metrics: { contentType: 'text/plain', text: async () => String(status().bans) },
        status,
        onProblem: (detail) => problems.push(detail),
      },
    );
    t.after(() => server.close());
    const port = await server.start();
    for (const path of ['metrics', 'ready']) {
      const failed = await fetch(`http://127.0.0.1:${port}/${path}`);
      assert.equal(failed.status, 500);
      const body = await failed.text();
      assert.equal(codeOf({ body }), 'ADIT_ADMIN_FAILED');
      assert.doesNotMatch(body, /secret/);
    }
    assert.deepEqual(problems, ['the secret detail', 'the secret detail']);
    broken = false;
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), '2');
  });
});

suite('refused requests', () => {
  test('other paths are 404 in JSON', async (t) => {
    const { ask } = await start(t);
    for (const path of ['/', '/metrics/', '/metrics/x', '/METRICS', '//metrics', '/../metrics', '/api/v1']) {
      const answer = await ask({ path });
      assert.equal(answer.status, 404, path);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
      assert.equal(codeOf(answer), 'ADIT_ADMIN_NOT_FOUND');
    }
  });

  test('a path that cannot be decoded is 400 in JSON', async (t) => {
    const { ask } = await start(t);
    const answer = await ask({ path: '/%' });
    assert.equal(answer.status, 400);
    assert.equal(codeOf(answer), 'ADIT_ADMIN_BAD_REQUEST');
  });

  test('methods other than GET and HEAD are 405 on every path', async (t) => {
    const { ask } = await start(t);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE']) {
      for (const path of ['/metrics', '/ready', '/nothing']) {
        const answer = await ask({ method, path });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.equal(answer.headers.allow, 'GET, HEAD');
        assert.equal(codeOf(answer), 'ADIT_ADMIN_METHOD');
      }
    }
  });

  test('a body is refused before it is read, with a length or in chunks', async (t) => {
    const { ask, raw } = await start(t);
    const short = await ask({ headers: { 'content-length': '2' }, body: '{}' });
    assert.equal(short.status, 413);
    assert.equal(codeOf(short), 'ADIT_ADMIN_BODY');
    assert.equal(short.headers.connection, 'close');
    const chunked = await ask({ headers: { 'transfer-encoding': 'chunked' }, body: '{}' });
    assert.equal(chunked.status, 413);
    const never = await raw(
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n',
    );
    assert.match(never, /^HTTP\/1\.1 413 /);
    assert.doesNotMatch(never, /adit_connections/);
    const none = await ask({ headers: { 'content-length': '0' } });
    assert.equal(none.status, 200);
  });

  test('a head above 8 KB is 431, and one of 4 KB is accepted', async (t) => {
    const { ask, raw } = await start(t);
    assert.equal((await ask({ headers: { 'x-padding': 'x'.repeat(4_000) } })).status, 200);
    const text = await raw(
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Padding: ${'x'.repeat(9_000)}\r\n\r\n`,
    );
    assert.match(text, /^HTTP\/1\.1 431 /);
    assert.match(text, /ADIT_ADMIN_TOO_LARGE/);
    const path = await raw(`GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    assert.match(path, /^HTTP\/1\.1 431 /);
  });

  test('bytes that are not HTTP are 400, and the server goes on', async (t) => {
    const { ask, raw } = await start(t);
    const text = await raw('{"id":1,"method":"mining.subscribe","params":[]}\n');
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.match(text, /ADIT_ADMIN_BAD_REQUEST/);
    assert.match(await raw('GET /health HTTP/1.1\r\nHost: a\r\nHost : b\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.equal((await ask()).status, 200);
  });

  test('a client that does not finish its request gets 408 and is dropped', async (t) => {
    // Long enough for the next whole request on a busy machine.
    const { ask, raw } = await start(t, { requestMs: 2_000 });
    assert.match(await raw('GET /health HTTP/1.1\r\nHost: loc'), /^HTTP\/1\.1 408 /);
    assert.equal((await ask()).status, 200);
  });

  test('a client that sends nothing is dropped', async (t) => {
    const { raw } = await start(t, { requestMs: 50 });
    assert.match(await raw(''), /^(HTTP\/1\.1 408 |$)/);
  });
});

suite('slow clients', () => {
  /** Connections that each take a place and do not finish their request. */
  async function hold(t: TestContext, port: number, count: number, says: string): Promise<void> {
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
    t.after(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(
      sockets.map(async (socket) => {
        socket.on('error', () => {});
        // The test does not read, so the server cannot deliver the answer.
        socket.pause();
        await once(socket, 'connect');
        socket.write(says);
      }),
    );
  }

  for (const [what, says] of [
    ['say nothing', ''],
    ['do not finish their request', 'GET /health HTTP/1.1\r\nHost: loc'],
    ['keep their connection', 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['do not take their answers', 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2)],
  ] as const) {
    test(`500 connections that ${what} do not keep a health check out`, async (t) => {
      const { port, server, ask } = await start(t);
      await hold(t, port, 500, says);
      for (let check = 0; check < 3; check += 1) assert.equal((await ask()).status, 200);
      await hold(t, port, 500, says);
      assert.equal((await ask({ path: '/ready' })).status, 200);
      assert.ok(server.connections <= 256, `${server.connections} connections`);
    });
  }

  test('a scraper keeps its open connection while others send nothing', async (t) => {
    const { port, ask } = await start(t);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    assert.equal((await ask({ agent })).status, 200);
    await hold(t, port, 500, '');
    const { headers, status } = await ask({ path: '/metrics', agent });
    assert.equal(status, 200);
    assert.equal(headers.connection, 'keep-alive');
  });
});

suite('the Host header', () => {
  test('requests to a name of loopback are answered, with any port and in upper and lower case', async (t) => {
    const { ask } = await start(t);
    for (const host of ['localhost', 'LocalHost:9333', '127.0.0.1', '127.0.0.1:1', '[::1]', '[::1]:9333'])
      assert.equal((await ask({ headers: { host } })).status, 200, host);
  });

  test('another host name is 421 on every path, so that a web page cannot read the server (DNS rebinding)', async (t) => {
    const { ask } = await start(t);
    const names = [
      'evil.example',
      'evil.example:9333',
      'localhost.evil.example',
      'evil.example.localhost',
      '127.0.0.1.evil.example',
      '127.0.0.2',
      'localhost@evil.example',
      'localhost:x',
      'localhost evil.example',
      '[::1',
      '::1',
    ];
    for (const host of names) {
      for (const path of ['/metrics', '/health', '/nothing']) {
        const answer = await ask({ path, headers: { host } });
        assert.equal(answer.status, 421, host);
        assert.equal(codeOf(answer), 'ADIT_ADMIN_WRONG_HOST');
        assert.doesNotMatch(answer.body, /adit_connections/);
      }
    }
  });

  test('random host names are refused', async (t) => {
    const { ask } = await start(t);
    const known = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
    const name = fc.oneof(fc.domain(), fc.ipV4(), fc.stringMatching(/^[a-z0-9.:[\]@%_-]{1,30}$/));
    await fc.assert(
      fc.asyncProperty(name, async (host) => {
        fc.pre(!known.test(host));
        assert.equal((await ask({ headers: { host } })).status, 421);
      }),
      { numRuns: 60 },
    );
  });

  test('a request without a Host header is 400 in HTTP/1.1, and 421 in HTTP/1.0 or with an empty header', async (t) => {
    const { raw } = await start(t);
    assert.match(await raw('GET /health HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await raw('GET /health HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 421 /);
    assert.match(await raw('GET /health HTTP/1.1\r\nHost:\r\n\r\n'), /^HTTP\/1\.1 421 /);
  });

  test('configured names are answered', async (t) => {
    const { ask } = await start(t, { allowedHosts: ['Pool.Example', '10.0.0.5', 'fd00::5'] });
    for (const host of ['pool.example', 'POOL.example:9333', '10.0.0.5:9333', '[fd00::5]:9333', 'localhost'])
      assert.equal((await ask({ headers: { host } })).status, 200, host);
    for (const host of ['sub.pool.example', '10.0.0.6', '[fd00::6]'])
      assert.equal((await ask({ headers: { host } })).status, 421, host);
  });

  test('an address outside loopback needs allowed names, and names have no ports', () => {
    const make = (host: string, allowedHosts: string[]) => () =>
      new AdminServer(
        { host, port: 0, allowedHosts },
        { metrics: { contentType: '', text: async () => '' }, status: () => poolStatus() },
      );
    for (const host of ['0.0.0.0', '::', '10.0.0.5', 'pool.example', '128.0.0.1'])
      assert.throws(make(host, []), { code: 'ADIT_ADMIN_HOST' }, host);
    for (const name of ['pool.example:9333', 'http://pool.example', '', ' ', '*', 'a/b', 'a..b:'])
      assert.throws(make('0.0.0.0', [name]), { code: 'ADIT_ADMIN_HOST' }, name);
    for (const host of ['127.0.0.1', '127.0.0.9', '::1', 'localhost']) assert.doesNotThrow(make(host, []));
    assert.doesNotThrow(make('0.0.0.0', ['pool.example']));
  });
});

suite('connections', () => {
  test('one connection carries many requests', async (t) => {
    const { ask } = await start(t);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ports = new Set<unknown>();
    agent.on('free', (socket) => ports.add(socket.localPort));
    for (let i = 0; i < 5; i++) assert.equal((await ask({ path: '/metrics', agent })).status, 200);
    assert.equal(ports.size, 1);
  });

  test('a request after one that was refused for its body is not read', async (t) => {
    const { raw } = await start(t);
    const first = 'GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\n';
    const text = await raw(`${first}GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    assert.match(text, /^HTTP\/1\.1 413 /);
    assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1);
  });

  test('a port in use is ADIT_ADMIN_LISTEN', async (t) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    t.after(() => holder.close());
    const address = holder.address();
    assert.ok(typeof address === 'object' && address !== null);
    const status = () => poolStatus();
    const server = new AdminServer(
      { host: '127.0.0.1', port: address.port, allowedHosts: [] },
      { metrics: { contentType: '', text: async () => '' }, status },
    );
    t.after(() => server.close());
    await assert.rejects(server.start(), { code: 'ADIT_ADMIN_LISTEN', message: /EADDRINUSE/ });
  });

  test('close ends open connections and frees the port', async (t) => {
    const { server, port, ask } = await start(t);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    await ask({ agent });
    await server.close();
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });
});
