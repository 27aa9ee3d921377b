import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemdSockets } from '../src/service/systemd.ts';

test('sockets from systemd are found by the names of ports, and the variables are used up', () => {
  const environment = { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'asic:cpu', HOME: '/' };
  const sockets = systemdSockets(['asic', 'cpu', 'tls'], environment, 42);
  assert.deepEqual(
    [...sockets],
    [
      ['asic', { fd: 3 }],
      ['cpu', { fd: 4 }],
    ],
  );
  assert.deepEqual(environment, { HOME: '/' });
});

test('sockets that are meant for another process are not touched', () => {
  const environment = { LISTEN_PID: '41', LISTEN_FDS: '1', LISTEN_FDNAMES: 'asic' };
  assert.equal(systemdSockets(['asic'], environment, 42).size, 0);
  assert.equal(systemdSockets(['asic'], {}, 42).size, 0);
});

test('a name that no port has is an error that lists the ports', () => {
  const environment = { LISTEN_PID: '42', LISTEN_FDS: '1', LISTEN_FDNAMES: 'stratum.socket' };
  assert.throws(() => systemdSockets(['asic'], environment, 42), {
    code: 'ADIT_LISTEN_FDS',
    message: /expected names of ports: asic/,
  });
});
