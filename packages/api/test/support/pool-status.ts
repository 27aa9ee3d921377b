import type { PoolStatus } from '@adit/pool';

/** A pool with a Zcash port and a TrueChain port, as `status()` shows it. */
export function poolStatus(changes: Partial<PoolStatus> = {}): PoolStatus {
  const messages = { subscribe: 3, authorize: 2, submit: 100, response: 1, other: 4, malformed: 5 };
  return {
    startedMs: 1_700_000_000_000,
    instance: 'i1',
    ready: true,
    notReady: [],
    draining: false,
    ports: [
      {
        name: 'asic',
        chain: 'zcash',
        dialect: 'zcash',
        host: '127.0.0.1',
        number: 3333,
        tls: false,
        certificateEndsMs: undefined,
        connections: 12,
        miners: 10,
        slowed: 2,
        overlooking: 0,
        messages,
      },
      {
        name: 'true',
        chain: 'truechain',
        dialect: 'truestratum',
        host: '127.0.0.1',
        number: 3335,
        tls: true,
        certificateEndsMs: 1_800_000_000_000,
        connections: 2,
        miners: 1,
        slowed: 2,
        overlooking: 0,
        messages: { ...messages, submit: 7 },
      },
    ],
    chains: [
      {
        name: 'zcash',
        kind: 'zcash',
        finds: ['block'],
        height: 3_428_150,
        workAgeMs: 2_500,
        outageMs: 0,
        nodes: [
          {
            node: 'zebra:8232',
            state: 'ready',
            cause: 'serves',
            detail: 'at the tip',
            height: 3_428_149,
            latencyMs: 3,
            lag: 0,
          },
          {
            node: 'spare:8232',
            state: 'down',
            cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED',
            detail: 'connection refused',
          },
          {
            node: 'late:8232',
            state: 'syncing',
            cause: 'behind',
            detail: '324 blocks behind',
            height: 3_427_825,
            lag: 324,
          },
        ],
      },
      {
        name: 'truechain',
        kind: 'truechain',
        finds: ['block', 'fruit'],
        height: undefined,
        workAgeMs: undefined,
        outageMs: 7_000,
        nodes: [],
      },
    ],
    verifier: { queued: 4, oldestMs: 20, threads: 2 },
    journal: { problem: undefined, waiting: 6, faults: [] },
    sessions: 8,
    bans: 2,
    ...changes,
  };
}
