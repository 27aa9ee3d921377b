import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { notifySystemd, systemdSockets } from '../src/service/systemd.ts';

test('sockets from systemd are found by the names of ports, and the variables are removed', () => {
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

test('systemd is notified through its own program; if that is missing or fails, there is a warning', async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'told');
  const program = (status: number) =>
    writeFileSync(path.join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${file}\nexit ${status}\n`, {
      mode: 0o755,
    });
  const problems: string[] = [];
  const notify = (environment: NodeJS.ProcessEnv) =>
    notifySystemd(['--ready', '--pid=7'], (problem) => problems.push(problem), environment);
  await notify({ PATH: folder });
  assert.deepEqual(problems, [], 'not under systemd: nothing is said');
  const environment = { PATH: folder, NOTIFY_SOCKET: '/run/systemd/notify' };
  await notify(environment);
  assert.match(problems.pop() ?? '', /systemd was not told --ready --pid=7: .*ENOENT/);
  program(0);
  await notify(environment);
  assert.equal(readFileSync(file, 'utf8'), '--ready --pid=7\n');
  assert.deepEqual(problems, []);
  program(1);
  await notify(environment);
  assert.match(problems.pop() ?? '', /systemd-notify ended with 1/);
});
