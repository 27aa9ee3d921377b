import type { PoolEvent } from '@adit/pool';

type Script = { readonly [K in PoolEvent['kind']]: readonly Extract<PoolEvent, { kind: K }>[] };

const AT = { chain: 'zcash', port: 'asic', connection: 1, worker: 'alice.rig1' } as const;
const ADDRESS = '203.0.113.77';

/** Every kind of event, at least once. A new kind does not compile until it is here. */
export const POOL_EVENTS: Script = {
  certificate_taken: [{ kind: 'certificate_taken', port: 'asic', endsMs: 1_800_000_000_000 }],
  listening: [{ kind: 'listening', port: 'asic', host: '127.0.0.1', number: 3333 }],
  connected: [
    { kind: 'connected', port: 'asic', address: ADDRESS, connection: 1 },
    { kind: 'connected', port: 'asic', address: ADDRESS, connection: 2 },
  ],
  disconnected: [
    {
      kind: 'disconnected',
      port: 'asic',
      address: ADDRESS,
      connection: 2,
      cause: 'left',
      detail: 'closed by the other side',
    },
  ],
  connection_refused: [
    {
      kind: 'connection_refused',
      port: 'asic',
      address: ADDRESS,
      because: 'address_limit',
      detail: 'too many',
    },
  ],
  subscribed: [{ kind: 'subscribed', port: 'asic', connection: 1, agent: 'secret-agent/1.0' }],
  authorized: [{ kind: 'authorized', port: 'asic', connection: 1, worker: 'alice.rig1', address: ADDRESS }],
  login_refused: [
    {
      kind: 'login_refused',
      port: 'asic',
      address: ADDRESS,
      connection: 2,
      worker: 'mallory.rig1',
      detail: 'wrong password',
    },
  ],
  work: [
    { kind: 'work', chain: 'zcash', workId: 'w1', height: 10, clean: true, transactions: 0 },
    { kind: 'work', chain: 'zcash', workId: 'w2', height: 10, clean: false, transactions: 7 },
  ],
  share_accepted: [
    { kind: 'share_accepted', ...AT, weight: 1n << 60n, ms: 7 },
    { kind: 'share_accepted', ...AT, weight: 1n << 60n, ms: 300 },
  ],
  refused: [
    { kind: 'refused', ...AT, reason: 'low_difficulty', detail: '', submission: true, ms: 0 },
    { kind: 'refused', ...AT, reason: 'invalid_solution', detail: '', submission: true, ms: 12 },
    { kind: 'refused', ...AT, reason: 'unauthorized', detail: '', submission: false, ms: 0 },
  ],
  target_changed: [{ kind: 'target_changed', port: 'asic', connection: 1, weight: 64n }],
  block_found: [
    { kind: 'block_found', chain: 'zcash', what: 'block', height: 10, id: 'b1', worker: 'alice.rig1' },
    { kind: 'block_found', chain: 'truechain', what: 'fruit', height: undefined, id: 'f1', worker: 'bob' },
  ],
  block_submitted: [
    {
      kind: 'block_submitted',
      chain: 'zcash',
      what: 'block',
      height: 10,
      id: 'b1',
      accepted: true,
      outcome: 'accepted',
      answers: [],
    },
    {
      kind: 'block_submitted',
      chain: 'truechain',
      what: 'fruit',
      height: undefined,
      id: 'f1',
      accepted: false,
      outcome: 'refused',
      answers: [],
    },
  ],
  block_state: [
    {
      kind: 'block_state',
      chain: 'zcash',
      what: 'block',
      height: 10,
      id: 'b1',
      state: 'best_chain',
      confirmations: 1,
    },
  ],
  node: [
    {
      kind: 'node',
      news: true,
      chain: 'zcash',
      status: { node: 'zebra:8232', state: 'ready', cause: 'serves', detail: 'at the tip', height: 9 },
    },
  ],
  outage: [
    { kind: 'outage', chain: 'zcash', sinceMs: 1_000 },
    { kind: 'outage', chain: 'zcash', sinceMs: undefined },
  ],
  nodes_disagree: [
    { kind: 'nodes_disagree', chain: 'zcash', height: 9, tips: [{ node: 'zebra:8232', hash: 'aa' }] },
  ],
  block_pay: [
    { kind: 'block_pay', chain: 'zcash', off: 'no_output', detail: 'no output' },
    { kind: 'block_pay', chain: 'zcash', off: undefined, detail: '' },
  ],
  payee_refused: [
    { kind: 'payee_refused', chain: 'zcash', port: 'asic', account: 'tmaddress', detail: 'bad-cb' },
  ],
  broadcast: [
    {
      kind: 'broadcast',
      chain: 'zcash',
      port: 'asic',
      clean: true,
      connections: 12,
      ms: 30,
      longestSliceMs: 4,
    },
  ],
  committed: [
    { kind: 'committed', shares: 3, ms: 2 },
    { kind: 'committed', shares: 4, ms: 40 },
  ],
  verified: [{ kind: 'verified', tasks: 16, waitMs: 3, workMs: 2 }],
  conduct: [
    { kind: 'conduct', address: ADDRESS, connection: 1, rung: 'slow', offence: 'invalid_solution' },
    { kind: 'conduct', address: ADDRESS, connection: undefined, rung: 'ban', offence: 'flood' },
  ],
  slowed: [{ kind: 'slowed', subject: ADDRESS }],
  ban_lifted: [{ kind: 'ban_lifted', subject: ADDRESS }],
  journal: [{ kind: 'journal', problem: 'the disk is full', cause: 'commit_failed' }],
  verifier: [{ kind: 'verifier', cause: 'thread_lost', problem: 'a thread ended' }],
  problem: [
    { kind: 'problem', cause: 'certificate', port: 'asic', detail: 'the certificate is old' },
    {
      kind: 'problem',
      cause: 'block_not_written',
      chain: 'zcash',
      block: 'b1',
      code: 'ENOSPC',
      detail: 'ENOSPC: no space left on device',
    },
  ],
};

/** All events, in the order above. */
export function poolEvents(): readonly PoolEvent[] {
  return Object.values(POOL_EVENTS).flat();
}
