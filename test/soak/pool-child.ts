// A pool in a process of its own that tells how large its heap is when it is asked.
import { CONNECTION_LIMITS } from '@adit/net';
import { CONDUCT_DEFAULTS, POOL_LIMITS, Pool } from '@adit/pool';
import { zcashPool } from '@adit/test-kit/pools';

const [url = '', dataFolder = ''] = process.argv.slice(2);
const pool = new Pool(
  {
    dataFolder,
    verifierThreads: 1,
    chains: [zcashPool([url])],
    // What is kept for minutes in the wild is kept for a second here: growth would hide behind it.
    limits: {
      ...POOL_LIMITS,
      resumeMs: 1_000,
      // All come from one address, and never stop coming.
      connections: { ...CONNECTION_LIMITS, addressConnectionsPerSecond: 1_000 },
    },
    conduct: { ...CONDUCT_DEFAULTS, enabled: false },
  },
  { onEvent: () => {} },
);

process.on('message', (request: unknown) => {
  if (request === 'measure') {
    // Twice: finalisers run between.
    globalThis.gc?.();
    setImmediate(() => {
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      const { connections, sessions } = { connections: pool.connections, sessions: pool.status.sessions };
      process.send?.({ kind: 'measured', heapUsed, external, connections, sessions });
    });
  }
  if (request === 'stop') void pool.stop().then(() => process.disconnect());
});
await pool.start();
process.send?.({ kind: 'ready', port: pool.portNumbers.get('zcash') ?? 0 });
