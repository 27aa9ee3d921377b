import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS, StratumListener } from '@adit/net';
import { makeCertificate } from '@adit/test-kit/certificate';
import { adit, runAdit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

test('a miner says what is wrong with a certificate at once, and mines at that pool with --ca or --insecure', async (context) => {
  const folder = temporaryFolder(context);
  const file = (name: string) => path.join(folder, name);
  const { cert, key } = makeCertificate();
  writeFileSync(file('cert.pem'), cert);
  writeFileSync(file('key.pem'), key);
  chmodSync(file('key.pem'), 0o600);
  let asked = 0;
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0, tls: { certFile: file('cert.pem'), keyFile: file('key.pem') } },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => {
        asked += 1;
        connection.send('{"id":null,"method":"client.reconnect","params":[]}\n');
        return { line: () => {}, closed: () => {} };
      },
    },
  );
  const port = await listener.listen();
  context.after(() => listener.close({ cause: 'stopped', detail: 'test is over' }));
  const url = `ssl://alice.rig:x@localhost:${port}`;
  const { status, err } = await runAdit(['miner', '--url', url, '--network', 'zcash-devnet-48_5'], folder);
  assert.equal(status, 69, 'something that it needs is not there');
  assert.match(err, /^adit: no pool answers at localhost:\d+: .*signed by itself: .*--ca, or .*--insecure/);
  for (const trust of [['--ca', 'cert.pem'], ['--insecure']]) {
    asked = 0;
    const child = adit(['miner', '--url', url, '--network', 'zcash-devnet-48_5', ...trust], folder);
    context.after(() => child.kill('SIGKILL'));
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    await until(`it comes again: ${out}`, () => asked >= 2);
    await until('it says so', () => /the pool asks to connect again: connecting in/.test(out));
    assert.doesNotMatch(out, /no connection/);
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});
