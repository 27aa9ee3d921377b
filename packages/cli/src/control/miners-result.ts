import type { MinerEntry } from '@adit/pool';
import { parseWorkerName } from '@adit/stratum';
import type { MinersRequest } from './requests.ts';
import type { MinersResult } from './results.ts';

interface Row {
  name: string;
  workers: Set<string>;
  connections: Set<number>;
  ports: Set<string>;
  addresses: Set<string>;
  accepted: number;
  refused: number;
  weight: bigint;
  rate: number;
  sinceMs: number;
  lastShareMs: number | undefined;
}

/** Addresses of one row that are told; a farm may have thousands. */
const MOST_ADDRESSES = 4;

/**
 * Sums up who mines, by account or by worker, those with the highest rate first.
 * @param entries the workers on open connections
 */
export function minersResult(
  entries: readonly MinerEntry[],
  { by, account, limit }: MinersRequest,
): MinersResult {
  const rows = new Map<string, Row>();
  for (const entry of entries) {
    const own = parseWorkerName(entry.worker)?.account ?? entry.worker;
    if (account !== undefined && own !== account) continue;
    add(rows, by === 'account' ? own : entry.worker, entry);
  }
  const all = [...rows.values()].sort((a, b) => b.rate - a.rate || (a.name < b.name ? -1 : 1));
  return {
    total: all.length,
    rate: all.reduce((sum, { rate }) => sum + rate, 0),
    miners: all.slice(0, limit).map((row) => ({
      name: row.name,
      workers: row.workers.size,
      connections: row.connections.size,
      ports: [...row.ports].sort(),
      addresses: [...row.addresses].slice(0, MOST_ADDRESSES),
      moreAddresses: Math.max(0, row.addresses.size - MOST_ADDRESSES),
      accepted: row.accepted,
      refused: row.refused,
      weight: row.weight.toString(),
      rate: row.rate,
      sinceMs: row.sinceMs,
      lastShareMs: row.lastShareMs ?? null,
    })),
  };
}

function add(rows: Map<string, Row>, name: string, entry: MinerEntry): void {
  const row = rows.get(name) ?? {
    name,
    workers: new Set(),
    connections: new Set(),
    ports: new Set(),
    addresses: new Set(),
    accepted: 0,
    refused: 0,
    weight: 0n,
    rate: 0,
    sinceMs: 0,
    lastShareMs: undefined,
  };
  rows.set(name, row);
  row.workers.add(entry.worker);
  row.connections.add(entry.connection);
  row.ports.add(entry.port);
  row.addresses.add(entry.address);
  row.accepted += entry.accepted;
  row.refused += entry.refused;
  row.weight += entry.weight;
  row.rate += entry.rate;
  row.sinceMs = Math.max(row.sinceMs, entry.sinceMs);
  if (entry.lastShareMs !== undefined)
    row.lastShareMs = Math.min(row.lastShareMs ?? Number.POSITIVE_INFINITY, entry.lastShareMs);
}
