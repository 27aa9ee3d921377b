import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolStatus } from '@adit/pool';
import { whyNoWork } from '../src/upgrade/no-work.ts';

type Chain = PoolStatus['chains'][number];

const chain = (changes: Partial<Chain>): Chain => ({
  name: 'zcash',
  kind: 'zcash',
  finds: ['block'],
  height: undefined,
  workAgeMs: undefined,
  outageMs: 0,
  rate: 0,
  accepted: 0,
  refused: 0,
  found: {},
  clocks: [],
  nodes: [],
  ...changes,
});

test('an upgrade without work says which chain has none, and the last status of each of its nodes', () => {
  const nodes: Chain['nodes'] = [
    {
      node: '127.0.0.1:8232',
      state: 'down',
      cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED',
      detail: 'it cannot be reached: connect ECONNREFUSED',
    },
    { node: 'b:8232', state: 'syncing', cause: 'ADIT_RPC_ERROR:-28', detail: 'loading' },
  ];
  const chains = [chain({ nodes }), chain({ name: 'fine', workAgeMs: 1, nodes }), chain({ name: 'silent' })];
  assert.equal(
    whyNoWork(chains),
    'zcash: 127.0.0.1:8232 is down: it cannot be reached: connect ECONNREFUSED; b:8232 is syncing: loading; silent: no node has answered yet',
  );
});
