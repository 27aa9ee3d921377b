import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeCertificate } from '@adit/test-kit/certificate';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { certificateNotes } from '../src/check/certificates.ts';
import { openFilesOf, surroundingNotes } from '../src/check/surroundings.ts';
import { loadConfig } from '../src/config/load.ts';

const DAY_MS = 86_400_000;

function load(context: TestContext, port: Readonly<Record<string, string>> = {}) {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(
    file,
    poolToml([zcashToml(undefined, { ports: [port] })], {
      top: { data: './data' },
      limits: { max_connections: 2_000 },
    }),
  );
  return loadConfig(file);
}

test('a check as root says that it knows nothing of the rights of another user', (context) => {
  const config = load(context);
  const here = { openFiles: undefined, ownerOf: () => 0 };
  const [note] = surroundingNotes(config, { ...here, uid: 0 });
  assert.match(note?.message ?? '', /^this is root, which may read every file/);
  assert.deepEqual(surroundingNotes(config, { ...here, uid: 5, ownerOf: () => 5 }), []);
  assert.deepEqual(surroundingNotes(config, { ...here, uid: undefined }), []);
});

test('a data folder of another user is named with the user that the check should run as', (context) => {
  const config = load(context);
  for (const uid of [0, 5]) {
    const [note] = surroundingNotes(config, { openFiles: undefined, uid, ownerOf: () => 7 });
    assert.equal(note?.key, 'data');
    assert.match(note.message, /belongs to user 7, and this check ran as user \d: run it as .* sudo -u '#7'/);
  }
});

test('a limit of open files below the connections that the pool lets in is named with the number that is wanted', (context) => {
  const config = load(context);
  const here = { uid: 5, ownerOf: () => 5 };
  const [note] = surroundingNotes(config, { ...here, openFiles: 2_999 });
  assert.equal(note?.key, 'limits.max_connections');
  assert.match(
    note.message,
    /^found 2000, and this process may open 2999 files only; expected 3000: set ulimit -n 3000/,
  );
  assert.deepEqual(surroundingNotes(config, { ...here, openFiles: 3_000 }), []);
  assert.deepEqual(surroundingNotes(config, { ...here, openFiles: undefined }), []);
});

test('the limit of open files is read as Linux writes it, and is unknown elsewhere or where there is none', (context) => {
  const file = path.join(temporaryFolder(context), 'limits');
  const line = (soft: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}      524288     files\n`;
  writeFileSync(file, line('1024'));
  assert.equal(openFilesOf(file), 1024);
  writeFileSync(file, line('unlimited'));
  assert.equal(openFilesOf(file), undefined);
  assert.equal(openFilesOf(`${file}.not`), undefined);
});

test('a certificate that has ended, ends soon or does not count yet is named, and another one is not', (context) => {
  const files = { tls_cert: 'cert.pem', tls_key: 'key.pem' };
  const config = load(context, files);
  const [{ tls_cert: certFile = '' } = {}] = config.chain[0]?.ports ?? [];
  writeFileSync(certFile, makeCertificate().cert);
  // It counts from yesterday until tomorrow.
  const now = Date.now();
  const at = (ms: number) => certificateNotes(config, ms).map(({ message }) => message);
  assert.match(at(now)[0] ?? '', /^the certificate ends on \d{4}-\d\d-\d\d, in 0 days: renew it$/);
  assert.match(
    at(now + 2 * DAY_MS)[0] ?? '',
    /^the certificate ended on \d{4}-\d\d-\d\d, and miners refuse it: renew it$/,
  );
  assert.match(at(now - 2 * DAY_MS)[0] ?? '', /^the certificate counts from .* is the clock right\?$/);
  assert.equal(certificateNotes(config, now)[0]?.key, 'chain[0].ports[0].tls_cert');
  assert.deepEqual(certificateNotes(load(context)), []);
  writeFileSync(certFile, makeCertificate('localhost', 16).cert);
  assert.deepEqual(at(now), []);
  assert.equal(at(now + 3 * DAY_MS).length, 1);
  writeFileSync(certFile, 'no certificate');
  assert.deepEqual(at(now), []);
});
