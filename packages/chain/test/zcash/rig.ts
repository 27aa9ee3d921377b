import type { Disagreement } from '../../src/node-watch.ts';
import type { NodeStatus } from '../../src/status.ts';
import { zcashChain } from '../../src/zcash/chains.ts';
import type { ZcashWork } from '../../src/zcash/work.ts';
import type { WorkNews } from '../../src/zcash/work-news.ts';
import { ZcashWorkSource } from '../../src/zcash/work-source.ts';
import type { ZcashWorkSourceOptions } from '../../src/zcash/work-source-options.ts';
import type { FakeNode } from './fake-node.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Rig {
  source: ZcashWorkSource;
  clock: VirtualClock;
  work: { height: number; empty: boolean; newTip: boolean; news: WorkNews; id: string; at: number }[];
  statuses: NodeStatus[];
  outages: (number | undefined)[];
  disagreements: Disagreement[];
  last(): ZcashWork | undefined;
}

/** A source over fake nodes, in virtual time. */
export async function withSource(
  nodes: readonly FakeNode[],
  options: Partial<ZcashWorkSourceOptions>,
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  for (const node of nodes) node.clock = clock;
  const work: Rig['work'] = [];
  const statuses: NodeStatus[] = [];
  const outages: Rig['outages'] = [];
  const disagreements: Disagreement[] = [];
  const source = new ZcashWorkSource(
    { chain: zcashChain('zcash'), ...options },
    {
      nodes,
      onWork: ({ height, empty, id }, change) => work.push({ height, empty, id, at: clock.time, ...change }),
      onStatus: (status) => statuses.push(status),
      onOutage: (since) => outages.push(since),
      onDisagreement: (disagreement) => disagreements.push(disagreement),
      wallClock: () => 1_790_000_000_000 + clock.time,
      random: () => 1,
      sleep: clock.sleep,
      now: clock.now,
    },
  );
  source.start();
  try {
    await clock.settle();
    await use({ source, clock, work, statuses, outages, disagreements, last: () => source.current });
  } finally {
    await source.stop();
  }
}

export const heights = ({ work }: Rig): number[] => work.map(({ height }) => height);
