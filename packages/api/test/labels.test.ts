import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStatus } from '@adit/chain';
import type { RefusedBecause } from '@adit/net';
import { REJECTS } from '@adit/stratum';
import { NODE_STATES, REFUSALS, REJECT_REASONS } from '../src/labels.ts';

// The room may not import these types: here a value that is missing, or one too many, does not compile.
const REFUSED: Readonly<Record<RefusedBecause, true>> = {
  full: true,
  address_limit: true,
  network_limit: true,
  rate: true,
  address_rate: true,
  banned: true,
  bad_proxy_header: true,
  hello_timeout: true,
  tls_failed: true,
  plain_on_tls: true,
  tls_on_plain: true,
  http: true,
  accept_failed: true,
  refused: true,
};
const STATES: Readonly<Record<NodeStatus['state'], true>> = {
  ready: true,
  syncing: true,
  down: true,
  lying: true,
};

test('the lists of labels are those of the rooms that they come from', () => {
  assert.deepEqual([...REFUSALS].sort(), Object.keys(REFUSED).sort());
  assert.deepEqual([...NODE_STATES].sort(), Object.keys(STATES).sort());
  assert.deepEqual([...REJECT_REASONS].sort(), Object.keys(REJECTS).sort());
});
