import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPoolProbe } from '../../src/index.ts';
import { onMethod } from '../support/fault.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

for (const dialect of ['zcash', 'truestratum'] as const) {
  test(`a ${dialect} pool that wants a password fails the check of the login, and the rest has that one cause`, async (context) => {
    const pool = await TestPool.start(
      context,
      { dialect },
      onMethod('mining.authorize', (message, connection) => {
        if ((message['params'] as unknown[])[1] === 'right') return message;
        const error = [24, 'a wrong password: a-secret-word', null];
        connection.say(JSON.stringify({ id: message['id'], result: false, error }));
        return undefined;
      }),
    );
    const findings = await runPoolProbe(probeOptions(dialect, pool.port, { password: 'a-secret-word' }));
    const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
    assert.deepEqual(failed, [dialect === 'zcash' ? 'zcash-authorize-reply' : 'true-authorize-reply']);
    const rest = findings.filter(({ id }) => !failed.includes(id));
    assert.deepEqual(
      [...new Set(rest.map(({ outcome, came }) => `${outcome}: ${came}`))],
      [
        'cannot_tell: not asked: the pool does not let the worker "alice.rig1" in (refused with 24 "a wrong password: ***"): give --worker and --password',
      ],
    );
    assert.ok(!JSON.stringify(findings).includes('a-secret-word'));
    const again = await runPoolProbe(
      probeOptions(dialect, pool.port, { password: 'right', only: ['share-accepted'] }),
    );
    assert.equal(again[0]?.outcome, 'pass', again[0]?.came);
  });
}
