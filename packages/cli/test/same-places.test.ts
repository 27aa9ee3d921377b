import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { checkPlaces } from '../src/upgrade/same-places.ts';

test('an upgrade to an address that overlaps one of the old process is refused with its key, and an equal one is not', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  const load = (listen: string, admin: string) => {
    const chains = [zcashToml(undefined, { ports: [{ name: 'asic', listen }] })];
    writeFileSync(file, poolToml(chains, { admin: { listen: admin, allowed_hosts: ['pool'] } }));
    return loadConfig(file);
  };
  const running = load('127.0.0.1:6334', '127.0.0.1:9100');
  const check = (listen: string, admin: string) => {
    const wanted = load(listen, admin);
    return () => checkPlaces(file, running, wanted);
  };
  assert.doesNotThrow(check('127.0.0.1:6334', '127.0.0.1:9100'));
  assert.doesNotThrow(check('127.0.0.1:6335', '0.0.0.0:9100'), 'the admin address is given up first');
  assert.throws(check('0.0.0.0:6334', '127.0.0.1:9100'), {
    code: 'ADIT_BAD_CONFIG',
    message:
      /adit\.toml:\d+: chain\[0\]\.ports\[0\]\.listen: found 0\.0\.0\.0:6334, and the running process still has 127\.0\.0\.1:6334 .*stop the pool and start it again/,
  });
  assert.throws(check('127.0.0.1:9100', '127.0.0.1:6334'), { code: 'ADIT_BAD_CONFIG' });
});
