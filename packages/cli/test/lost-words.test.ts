import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostLine } from '../src/commands/lost-words.ts';

test('a reconnect that the pool asked for is not called a loss', () => {
  const line = lostLine({ cause: 'asked', detail: 'the pool asks to connect again' }, 600);
  assert.equal(line, 'the pool asks to connect again: connecting in 0.6 s');
});

test('each failure to connect is a sentence with what to do, and with the code behind it', () => {
  for (const [cause, code, words] of [
    [
      'unreachable',
      'ECONNREFUSED',
      /^no connection: nothing listens on this port .*\(ECONNREFUSED\); trying/,
    ],
    ['unreachable', 'ETIMEDOUT', /^no connection: the host does not answer.*firewall/],
    ['bad_address', 'ENOTFOUND', /^no connection: there is no host of this name/],
    ['bad_certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', /signed by itself: .*--ca.*--insecure/],
    ['bad_certificate', 'ERR_TLS_CERT_ALTNAME_INVALID', /is for another name/],
    ['bad_certificate', 'CERT_REVOKED', /cannot be trusted \(CERT_REVOKED\)/],
    ['no_tls', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /may not speak TLS.*stratum\+tcp/],
    ['no_tls', 'ECONNRESET', /may not speak TLS.*stratum\+tcp/],
    ['unreachable', 'EWHATEVER', /^no connection: EWHATEVER; trying again in 1\.5 s$/],
  ] as const) {
    assert.match(lostLine({ cause, detail: code, code }, 1_500), words);
  }
  assert.match(lostLine({ cause: 'no_answer', detail: 'no answer' }, 0), /^no connection: the host does not/);
});

test('a connection that ended, and one that the miner gives up, are told apart', () => {
  assert.equal(
    lostLine({ cause: 'left', detail: 'the pool hung up' }, 1_000),
    'the connection is lost (the pool hung up); trying again in 1.0 s',
  );
  assert.equal(
    lostLine({ cause: 'no_job', detail: 'the pool gives no job' }, 2_000),
    'leaving the pool: the pool gives no job; trying again in 2.0 s',
  );
});
