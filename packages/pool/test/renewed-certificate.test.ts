import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '@adit/test-kit/certificate';
import { startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const NOWHERE = 'http://127.0.0.1:1';

function write(folder: string, days: number) {
  const { cert, key } = makeCertificate('localhost', days);
  const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  writeFileSync(tls.keyFile, key);
  chmodSync(tls.keyFile, 0o600);
  writeFileSync(tls.certFile, cert);
  return tls;
}

test('a pair that a running pool takes is told, and so is its near end', {
  timeout: 120_000,
}, async (context) => {
  const folder = temporaryFolder(context);
  const tls = write(folder, 90);
  const { pool, events } = await startPool(path.join(folder, 'data'), [zcashPool([NOWHERE], { tls })]);
  context.after(() => pool.stop());
  const told = () => events.flatMap((event) => (event.kind === 'problem' ? [event.cause] : []));
  assert.ok(!told().includes('certificate_ends'));
  assert.ok(!events.some(({ kind }) => kind === 'certificate_taken'), 'that of the start is no news');
  write(folder, 5);
  await until('the pair is taken', () => events.some(({ kind }) => kind === 'certificate_taken'));
  await until('its end is told', () => told().includes('certificate_ends'));
  const taken = events.find((event) => event.kind === 'certificate_taken');
  assert.equal(taken?.port, 'zcash');
  assert.equal(taken?.endsMs, pool.status.ports[0]?.certificateEndsMs);
});
