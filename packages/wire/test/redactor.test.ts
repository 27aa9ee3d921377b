import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redactor } from '../src/index.ts';
import { withPassword } from '../src/text/redactor.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The text that a reader of the output or the file can see of a line. */
function seen(redactor: Redactor, from: 'miner' | 'pool', text: string): string {
  const redacted = redactor.line(from, bytes(text));
  return redacted.kind === 'line' ? new TextDecoder().decode(redacted.line) : `omitted: ${redacted.reason}`;
}

/** Undoes JSON escapes twice, so that a spelling cannot hide anything. */
function unescaped(text: string): string {
  const once = text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/\\(["\\/])/g, '$1');
  return once === text ? text : unescaped(once);
}

/** A text as JSON, each character plain or as \uXXXX. */
const spelled = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((escaped) => {
    const parts = Array.from({ length: text.length }, (_, i) => {
      const unit = text.charCodeAt(i);
      return escaped[i] === true
        ? `\\u${unit.toString(16).padStart(4, '0')}`
        : JSON.stringify(text.charAt(i)).slice(1, -1);
    });
    return `"${parts.join('')}"`;
  });

/** Secrets are long enough not to stand in the rest by chance. */
const secret = fc
  .string({
    unit: fc.constantFrom(...'abcdefghijkmnpqrstvwxyzABCD0123456789!?%&/\\"\'@:;, äß漢'),
    minLength: 8,
    maxLength: 24,
  })
  .filter((text) => text.trim().length >= 8);

const login = fc.constantFrom(
  'mining.authorize',
  'etrue_submitLogin',
  'login',
  'mining.autorize',
  'MINING.AUTHORIZE',
);

/** Logins with a secret: as array, as object, as text; with repeated keys, in any order, with other values after them. */
const loginLine = secret.chain((text) =>
  fc
    .record({
      password: spelled(text),
      method: login.chain(spelled),
      key: spelled('method'),
      params: spelled('params'),
      shape: fc.constantFrom<(p: string) => string>(
        (p) => `["alice.rig1",${p}]`,
        (p) => `["alice.rig1", ${p} ,"d=4",null]`,
        (p) => `["alice.rig1",[${p}]]`,
        (p) => `[["alice.rig1",${p}]]`,
        (p) => `["alice.rig1",{"a":{"b":${p}}}]`,
        (p) => `{"worker":"alice","x":${p}}`,
        (p) => `{"login":"alice","pass":${p},"agent":"a/1"}`,
        (p) => p,
      ),
      order: fc.constantFrom<(m: string, p: string) => string>(
        (m, p) => `{"id":2,${m},${p}}`,
        (m, p) => `{${p},"id":2,${m}}`,
        (m, p) => `{"id":12345678901234567890,"method":"mining.submit",${m},"params":["x"],${p}}`,
        (m, p) => `{${m},"method":"mining.submit",${p},"params":[]}`,
        (m, p) => `{"jsonrpc":"2.0",${m} , ${p},"worker":"rig"}`,
        (_, p) => `{"id":2,${p}}`,
        (m, p) => `\ufeff{${m},${p}}`,
        (m, p) => `[{${m},${p}}]`,
        // These lines are not JSON: cut off, two on a line, something in front.
        (m, p) => `{${m},${p}`,
        (m, p) => `{${p},${m}`,
        (_, p) => `{"id":2,${p.slice(0, -1)}`,
        (m, p) => `{"id":1,"method":"mining.subscribe","params":[]}{${m},${p}}`,
        (m, p) => `x{${m},${p}}`,
      ),
    })
    .map(({ password, method, key, params, shape, order }) => ({
      text,
      line: order(`${key}:${method}`, `${params}:${shape(password)}`),
    })),
);

test('a password in a login never appears in any spelling, whatever the line looks like', () => {
  fc.assert(
    fc.property(loginLine, ({ text, line }) => {
      const shown = seen(new Redactor(), 'miner', line);
      assert.ok(!unescaped(shown).includes(unescaped(text)), shown);
    }),
    { numRuns: 2_000 },
  );
});

test('a password inside a URL, or under a name that says so, appears nowhere, from either side', () => {
  const scheme = fc.constantFrom('stratum+tcp://', 'http://', 'stratum+ssl://');
  const urlSecret = secret.map((text) => text.replace(/[\s"\\]/g, 'k'));
  fc.assert(
    fc.property(
      urlSecret.chain((text) =>
        fc.record({
          text: fc.constant(text),
          url: scheme.chain((start) => spelled(`see ${start}bob:${text}@pool.example:3333/x`)),
          named: spelled(text),
        }),
      ),
      fc.constantFrom<'miner' | 'pool'>('miner', 'pool'),
      fc.constantFrom('password', 'Passwd', 'api_token', 'pass'),
      ({ text, url, named }, from, name) => {
        for (const line of [
          `{"id":1,"method":"mining.subscribe","params":["a/1",null,${url},3333]}`,
          `{"id":null,"method":"client.show_message","params":[${url}]}`,
          `{"id":1,"method":"mining.subscribe","params":[{"${name}":${named}}]}`,
          `{"id":1,"method":"mining.submit","params":["a"],"${name}":${named}}`,
        ]) {
          const shown = seen(new Redactor(), from, line);
          assert.ok(!unescaped(shown).includes(text), shown);
        }
      },
    ),
  );
});

test("the pool's errors and sentences do not give away what the miner has said", () => {
  fc.assert(
    fc.property(secret, (text) => {
      const redactor = new Redactor();
      seen(redactor, 'miner', JSON.stringify({ id: 2, method: 'mining.authorize', params: ['alice', text] }));
      const sentence = `no worker with password ${text} here`;
      for (const message of [
        { id: 2, result: null, error: [24, sentence, null] },
        { id: 2, error: { code: 24, message: sentence } },
        { id: null, method: 'client.show_message', params: [sentence] },
      ]) {
        const shown = JSON.stringify(JSON.parse(seen(redactor, 'pool', JSON.stringify(message))));
        if (!/^[0-9a-fA-F]*$/.test(sentence)) assert.ok(!unescaped(shown).includes(unescaped(text)), shown);
      }
    }),
  );
});

test('a line without a password stays the same to the byte, and other lines lose the password only', () => {
  const redactor = new Redactor();
  for (const line of [
    '{"id": 4,  "method":"mining.submit","params":["alice.rig1","0000002a","47b98b5c","09","fd4005"]}',
    '{"id":12345678901234567890,"method":"mining.sub\\u0073cribe","params":["a/1", null, "host", 1e3]}',
    '{"id":1,"result":"cpuminer/0.1.0","error":null}',
    '',
  ]) {
    assert.equal(seen(redactor, 'miner', line), line);
  }
  assert.equal(
    seen(redactor, 'pool', '{"id":2,"result":null,"error":[24,"Unauthorized worker",null]}'),
    '{"id":2,"result":null,"error":[24,"Unauthorized worker",null]}',
  );
  assert.equal(
    seen(
      redactor,
      'miner',
      '{ "id" : 1.50,"method":"mining.authorize", "params":["a\\u006cice" , "se\\u0063ret"]}',
    ),
    '{ "id" : 1.50,"method":"mining.authorize", "params":["a\\u006cice" , "***"]}',
  );
});

test('bytes that are not UTF-8 are shown only where they cannot hold a password', () => {
  const redactor = new Redactor();
  const broken = Buffer.concat([
    Buffer.from('{"method":"mining.authorize","params":["a","secret'),
    Buffer.from([0xff]),
  ]);
  assert.equal(redactor.line('miner', broken).kind, 'omitted');
  const utf16 = Buffer.from('{"method":"mining.authorize","params":["a","secret"]}', 'utf16le');
  assert.equal(redactor.line('miner', utf16).kind, 'omitted');
  const other = Buffer.concat([
    Buffer.from('{"id":4,"method":"mining.submit","params":["'),
    Buffer.from([0xff]),
  ]);
  assert.equal(redactor.line('miner', other).kind, 'line');
  assert.equal(redactor.line('pool', Buffer.from([0xff, 0xfe])).kind, 'line');
});

test('a thousand brackets are left out rather than looked into', () => {
  const redactor = new Redactor();
  const line = bytes(`{"method":"mining.submit","params":${'['.repeat(1000)}${']'.repeat(1000)}}`);
  assert.deepEqual(redactor.line('miner', line), { kind: 'omitted', reason: 'nested too deeply' });
});

test('a megabyte of anything is searched quickly', () => {
  for (const part of ['b', '://', ':', '@', 'a://', 'x:/', '\\u0061', '"method":', ' ', '"', 'a://b:c@']) {
    const line = bytes(part.repeat(Math.floor(1_000_000 / part.length)));
    const quoted = bytes(
      JSON.stringify({ id: 1, method: 'client.show_message', params: [part.repeat(300_000)] }),
    );
    for (const from of ['miner', 'pool'] as const) {
      const before = process.cpuUsage();
      const redactor = new Redactor();
      assert.match(redactor.line(from, line).kind, /line|omitted/);
      assert.equal(redactor.line(from, quoted).kind, 'line');
      // A search that grows with the square of the length takes minutes. The test measures CPU time, because a machine may pause.
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 5e6, part);
    }
  }
});

test('a replay puts its own password only where one was left out', () => {
  const put = (text: string) => new TextDecoder().decode(withPassword(bytes(text), 'new "one"'));
  assert.equal(
    put('{"id":2,"method":"mining.authorize","params":["***","***"]}'),
    '{"id":2,"method":"mining.authorize","params":["***","new \\"one\\""]}',
  );
  const submit = '{"id":4,"method":"mining.submit","params":["***","***"]}';
  assert.equal(put(submit), submit);
});
