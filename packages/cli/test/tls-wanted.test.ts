import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { runAdit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';

test('adit miner without TLS at a port that answers with a TLS alert ends, and says so', async (context) => {
  // The alert `protocol_version`, as TLS libraries answer bytes that are not a handshake.
  const server = createServer((socket) => socket.end(Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 70)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `stratum+tcp://alice.rig:x@127.0.0.1:${port}`;
  const { status, err } = await runAdit(['miner', '--url', url], temporaryFolder(context));
  assert.deepEqual(
    [status, err],
    [
      69,
      `adit: no pool answers at 127.0.0.1:${port}: the port speaks TLS: write stratum+tls:// in place of stratum+tcp://\n`,
    ],
  );
});
