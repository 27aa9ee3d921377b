import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Dialect } from '@adit/stratum';
import { requireOwnPool } from '@adit/wire';
import { type Finding, POOL_CHECKS, type PoolProbeOptions, runPoolProbe } from '../../src/index.ts';
import { Allowance } from '../../src/pool/probe/allowance.ts';
import { PoolConnection } from '../../src/pool/probe/pool-connection.ts';
import { Transcript } from '../../src/report/transcript.ts';
import { type Fault, isError, rewrite } from '../support/fault.ts';
import { probeOptions, TEST_LIMITS } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

/** Runs some checks against a pool with an unusual but legal behaviour. */
async function ask(
  context: TestContext,
  { dialect = 'zcash', only, fault }: { dialect?: Dialect; only?: readonly string[]; fault: Fault },
): Promise<readonly Finding[]> {
  const pool = await TestPool.start(context, { dialect }, fault);
  return await runPoolProbe(probeOptions(dialect, pool.port, only === undefined ? {} : { only }));
}

/** Any outcome will do, except a failure. */
function noneFails(findings: readonly Finding[]): void {
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  assert.deepEqual(
    failed.map(({ id, came }) => `${id}: ${came}`),
    [],
  );
}

/** A server that is not a pool, or not a right one. */
async function listen(context: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

const FORGERIES = POOL_CHECKS.filter(({ id }) =>
  /^zcash-(forged-|nonce2-|foreign-|time-(ahead|behind|spelling))/.test(id),
);

test('a refusal proves nothing where the pool refuses a right share as well', async (context) => {
  const findings = await ask(context, {
    only: FORGERIES.map(({ id }) => id),
    fault: {
      verdict: (keep) =>
        keep.accepted
          ? { accepted: false, code: 20, reason: 'invalid_solution', message: 'slow down' }
          : keep,
    },
  });
  assert.equal(findings.length, 12);
  for (const { id, outcome, came } of findings) {
    assert.equal(outcome, 'cannot_tell', `${id}: ${came}`);
    assert.match(came, /does not accept a right share either/, id);
  }
});

test('a pool may shut out an address that sent junk: that is not a failure', async (context) => {
  let banned = false;
  const findings = await ask(context, {
    only: [
      'id-echo',
      'http-request',
      'tls-hello',
      'quick-visits',
      'one-byte-pieces',
      'one-packet',
      'line-ends',
    ],
    fault: {
      opened: ({ socket }) => {
        if (banned) socket.destroy();
      },
      data: (chunk, { socket }) => {
        if (chunk[0] === 0x7b || chunk[0] === 0x0a) return chunk;
        banned = true;
        socket.destroy();
        return undefined;
      },
    },
  });
  noneFails(findings);
  assert.deepEqual([...new Set(findings.map(({ outcome }) => outcome))], ['pass', 'cannot_tell']);
  assert.match(findings.at(-1)?.came ?? '', /takes no connections any more|closes every connection/);
});

test('a check that the pool shut out is asked again when the pool serves again', async (context) => {
  let opened = 0;
  let shutUntil = 0;
  const findings = await ask(context, {
    only: ['one-packet', 'quick-visits', 'hostile-agents'],
    fault: {
      opened: ({ socket }) => {
        opened += 1;
        if (opened === 20) shutUntil = performance.now() + 400;
        if (performance.now() < shutUntil) socket.destroy();
      },
    },
  });
  assert.deepEqual(
    findings.map(({ id, outcome }) => [id, outcome]),
    findings.map(({ id }) => [id, 'pass']),
  );
  assert.ok(opened > 40);
});

test('TrueStratum fixes no code but that of an unknown job: a pool may say -1 to everything', async (context) => {
  const findings = await ask(context, {
    dialect: 'truestratum',
    only: [
      'share-twice',
      'unauthorized-worker',
      'submit-before-authorize',
      'submit-before-subscribe',
      'unknown-job',
      'true-share-above-target',
      'true-job-id-twice',
    ],
    fault: rewrite(isError, (message) => ({ ...message, error: [-1, 'No', null] })),
  });
  assert.equal(findings.length, 7);
  noneFails(findings);
});

test('a pool may end the connection instead of refusing', async (context) => {
  const findings = await ask(context, {
    only: [
      'zcash-one-spelling',
      'zcash-forged-length',
      'zcash-forged-zero',
      'zcash-time-ahead',
      'zcash-time-replay',
      'zcash-nonce2-length',
      'submit-before-authorize',
      'submit-before-subscribe',
      'unauthorized-worker',
      'hostile-agents',
      'hostile-workers',
      'share-other-connection',
    ],
    fault: {
      outgoing: (line, { socket }) => {
        const message = JSON.parse(line) as Record<string, unknown>;
        if (!isError(message)) return line;
        socket.destroy();
        return undefined;
      },
    },
  });
  assert.equal(findings.length, 12);
  noneFails(findings);
  assert.equal(findings.filter(({ outcome }) => outcome === 'pass').length, 12);
});

test('a pool may read ids as doubles, and may answer a request without an id without one', async (context) => {
  const findings = await ask(context, {
    only: ['id-large', 'id-missing', 'id-echo'],
    fault: {
      outgoing: (line) => {
        const rounded = line.replace(/^\{"id":(\d{16,})/, (_, digits: string) => `{"id":${Number(digits)}`);
        return rounded.replace(/^\{"id":null,/, '{');
      },
    },
  });
  assert.equal(findings.length, 3);
  noneFails(findings);
});

test('the probe says at once that a server is not a pool, or one of another kind, and not in a hundred findings', async (context) => {
  const run = (port: number, dialect: Dialect, changes: Partial<PoolProbeOptions> = {}) =>
    runPoolProbe(probeOptions(dialect, port, changes));
  const http = await listen(context, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await assert.rejects(run(http, 'zcash'), { code: 'ADIT_NO_POOL', message: /it says "HTTP\/1.1 400/ });
  const closing = await listen(context, (socket) => socket.destroy());
  await assert.rejects(run(closing, 'zcash'), { code: 'ADIT_NO_POOL', message: /it ends the connection/ });
  const silent = await listen(context, (socket) => context.after(() => socket.destroy()));
  await assert.rejects(run(silent, 'zcash', { limits: { ...TEST_LIMITS, answerMs: 300 } }), {
    code: 'ADIT_NO_POOL',
    message: /says nothing within 0.3 s/,
  });
  const zcash = await TestPool.start(context, { dialect: 'zcash' });
  const truestratum = await TestPool.start(context, { dialect: 'truestratum' });
  await assert.rejects(run(zcash.port, 'truestratum'), {
    code: 'ADIT_OTHER_DIALECT',
    message: /--dialect zcash/,
  });
  await assert.rejects(run(truestratum.port, 'zcash'), {
    code: 'ADIT_OTHER_DIALECT',
    message: /--dialect truestratum/,
  });
  const named = await TestPool.start(
    context,
    { dialect: 'zcash' },
    rewrite(
      ({ method }) => method === 'mining.notify',
      (message) => ({
        ...message,
        params: [...(message['params'] as unknown[]).slice(0, 8), '48_5', 'ZcashPoW'],
      }),
    ),
  );
  await assert.rejects(run(named.port, 'zcash', { equihash: { n: 96, k: 5, personalization: 'ZcashPoW' } }), {
    code: 'ADIT_OTHER_CHAIN',
    message: /--chain-params 48,5/,
  });
  const [finding] = await run(named.port, 'zcash', { only: ['share-accepted'] });
  assert.equal(finding?.outcome, 'pass');
});

test('the memory for a pool that never stops talking has a bound', {
  timeout: 120_000,
}, async (context) => {
  const line = `{"id":null,"method":"client.show_message","params":["${'x'.repeat(400_000)}"]}\n`;
  const port = await listen(context, (socket) => {
    const talk = () => {
      while (!socket.destroyed && socket.write(line));
    };
    socket.on('drain', talk);
    talk();
  });
  const transcript = new Transcript();
  const options = { host: '127.0.0.1', port, answerMs: 100_000 };
  const connection = await PoolConnection.open(options, { transcript, allowance: new Allowance() });
  await connection.ends();
  assert.equal(connection.closed, 'closed by the probe: it sent more than is kept of a pool');
  const kept = connection.received.length * line.length;
  assert.ok(kept > 60e6 && kept < 64 * 1024 * 1024 + 2 * line.length, `${kept} bytes`);
  assert.match(transcript.lines.at(-1)?.text ?? '', /more than is kept/);
});

test('a run that is stopped still has a finding for each check', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  const stop = new AbortController();
  const only = ['id-echo', 'id-null', 'id-missing'];
  const findings = await runPoolProbe(probeOptions('zcash', pool.port, { only }), {
    signal: stop.signal,
    onFinding: () => stop.abort(),
  });
  assert.deepEqual(
    findings.map(({ outcome }) => outcome),
    ['pass', 'cannot_tell', 'cannot_tell'],
  );
  assert.match(findings[2]?.came ?? '', /the run was stopped/);
});

test('the probe only dials addresses that it has found to be this machine, however the name resolves later', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  const addresses = await requireOwnPool('localhost', { operated: false, harm: '' });
  assert.ok(addresses?.includes('127.0.0.1'));
  const [finding] = await runPoolProbe(
    probeOptions('zcash', pool.port, { host: 'localhost', only: ['id-echo'] }),
  );
  assert.equal(finding?.outcome, 'pass');
  await assert.rejects(runPoolProbe(probeOptions('zcash', pool.port, { host: '192.0.2.1' })), {
    code: 'ADIT_NOT_YOUR_POOL',
  });
});

test('where a check ends the pool the finding says that it takes no connections any more', async (context) => {
  const [finding, next] = await ask(context, {
    only: ['tls-hello', 'quick-visits'],
    fault: {
      data: (chunk, connection) => {
        if (chunk[0] === 0x16) connection.crash();
        return chunk;
      },
    },
  });
  assert.ok(finding !== undefined && next !== undefined);
  const found = [finding, next].find(({ id }) => id === 'tls-hello');
  assert.equal(found?.outcome, 'fail');
  assert.match(found?.came ?? '', /and now there is no connection to the pool/);
});
