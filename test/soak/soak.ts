import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startZcashDevnet } from '@adit/devnet';
import { EquihashSolver } from '@adit/pow';
import { LineClient } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

export interface Measured {
  readonly cycle: number;
  /** Bytes after two forced collections. */
  readonly heapUsed: number;
  readonly external: number;
  readonly connections: number;
}

export interface SoakReport {
  readonly measured: readonly Measured[];
  /** Growth from the first half of the cycles to the second, in bytes per cycle. */
  readonly growthPerCycle: number;
  readonly connections: number;
  readonly accepted: number;
}

const CHILD = fileURLToPath(new URL('./pool-child.ts', import.meta.url));
const CONNECTIONS = 60;
const GARBAGE = ['nonsense', '{', '[1,2]', '{"id":1}', '\u0000\u0001', '{"id":{},"method":"mining.submit"}'];
/** Code is compiled and caches fill in the first cycles. */
const WARM_UP = 3;

/** Connects, disconnects, sends garbage and shares, cycle after cycle, and looks at the pool's heap after each. */
export async function soak(
  dataFolder: string,
  keepGoing: (cycle: number) => boolean,
  onMeasured: (measured: Measured) => void = () => {},
): Promise<SoakReport> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 });
  const child = fork(CHILD, [devnet.url, dataFolder], {
    execArgv: ['--conditions=adit-source', '--expose-gc'],
  });
  const solver = new EquihashSolver(SMALL.equihash);
  const totals = { connections: 0, accepted: 0 };
  const all: Measured[] = [];
  try {
    const { port } = (await answer(child, 'ready')) as { port: number };
    for (let cycle = 1; keepGoing(cycle); cycle += 1) {
      await oneCycle(port, solver, totals);
      // A new tip: duplicate sets and jobs of the old one have to go.
      await rpc(devnet.url, 'devnet_mineBlock');
      await until('the pool has seen everybody leave', async () => (await measure(child)).connections === 0);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const { heapUsed, external, connections } = await measure(child);
      const measured = { cycle, heapUsed, external, connections };
      all.push(measured);
      onMeasured(measured);
    }
    child.send('stop');
    await once(child, 'exit');
  } finally {
    child.kill('SIGKILL');
    await devnet.close();
  }
  return { measured: all, growthPerCycle: growth(all.slice(WARM_UP)), ...totals };
}

async function oneCycle(
  port: number,
  solver: EquihashSolver,
  totals: { connections: number; accepted: number },
): Promise<void> {
  const rigs = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, i) =>
      ZcashRig.connect(port, SMALL.equihash, `soak.rig${i}`, { solver }),
    ),
  );
  totals.connections += rigs.length;
  for (const rig of rigs.slice(0, 10)) {
    const share = await rig.solve((value, target) => value <= target);
    if ((await rig.submit(share)).result === true) totals.accepted += 1;
    await rig.submit(share);
    await rig.submit(share, { solution: share.solution.replace(/..$/, 'ff') });
  }
  // Some go with a word, some without, some in the middle of a line; some come back for their session.
  for (const [i, rig] of rigs.entries()) {
    if (i % 3 === 0) rig.client.write('{"id":7,"method":"mining.submit","par');
    rig.client.close();
  }
  const resumed = await Promise.all(
    rigs
      .slice(0, 10)
      .map(({ worker, sessionId }) =>
        ZcashRig.connect(port, SMALL.equihash, worker, { solver, session: sessionId }),
      ),
  );
  for (const rig of resumed) rig.client.close();
  const visitors = await Promise.all(Array.from({ length: CONNECTIONS }, () => LineClient.connect(port)));
  totals.connections += resumed.length + visitors.length;
  for (const [i, visitor] of visitors.entries()) visitor.write(`${GARBAGE[i % GARBAGE.length] ?? ''}\n`);
  await until('some garbage is answered', () => visitors.some(({ answers }) => answers.length > 0));
  for (const visitor of visitors) visitor.close();
}

/** Middle of the second half against middle of the first: single readings jump by what was just collected. */
function growth(measured: readonly Measured[]): number {
  const half = Math.floor(measured.length / 2);
  if (half === 0) return 0;
  const middle = (part: readonly Measured[]) =>
    part.map(({ heapUsed, external }) => heapUsed + external).toSorted((a, b) => a - b)[
      Math.floor(part.length / 2)
    ] ?? 0;
  return (middle(measured.slice(-half)) - middle(measured.slice(0, half))) / (measured.length - half);
}

async function measure(child: ChildProcess): Promise<Omit<Measured, 'cycle'>> {
  child.send('measure');
  return (await answer(child, 'measured')) as Omit<Measured, 'cycle'>;
}

async function answer(child: ChildProcess, kind: string): Promise<unknown> {
  for (;;) {
    const [message] = (await once(child, 'message', { signal: AbortSignal.timeout(120_000) })) as [unknown];
    if ((message as { kind?: unknown }).kind === kind) return message;
  }
}

async function rpc(url: string, method: string): Promise<void> {
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 1, method, params: [] }),
  });
}
