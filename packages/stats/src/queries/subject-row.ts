import type Database from 'better-sqlite3';

/** A chain, an account or a worker of which there are sums. */
export interface StatsSubject {
  readonly id: number;
  readonly network: string;
  readonly account: string;
  /** The worker as it was authorised; the account's name, or empty for a chain. */
  readonly name: string;
  /** The worker's name in addresses; empty for others. */
  readonly wid: string;
  readonly firstMs: number;
  readonly firstWeight: bigint;
  readonly lastMs: number;
  /** Weight of its last share. */
  readonly lastWeight: bigint;
  /** Shares of all times that the statistics know. */
  readonly shares: number;
}

/** The columns that {@link subjectIn} reads. */
export const SUBJECT_COLUMNS =
  'id, network, account, name, wid, first_ms, first_weight, last_ms, last_weight, shares' as const;

interface Row {
  readonly id: number;
  readonly network: string;
  readonly account: string;
  readonly name: string;
  readonly wid: string;
  readonly first_ms: number;
  readonly first_weight: string;
  readonly last_ms: number;
  readonly last_weight: string;
  readonly shares: number;
}

/** Reads a row of {@link SUBJECT_COLUMNS}. */
export function subjectIn(row: unknown): StatsSubject {
  const { id, network, account, name, wid, shares, ...rest } = row as Row;
  return {
    id,
    network,
    account,
    name,
    wid,
    firstMs: rest.first_ms,
    firstWeight: BigInt(rest.first_weight),
    lastMs: rest.last_ms,
    lastWeight: BigInt(rest.last_weight),
    shares,
  };
}

/** All rows of a statement that reads {@link SUBJECT_COLUMNS}. */
export function subjectsOf(statement: Database.Statement, ...values: readonly unknown[]): StatsSubject[] {
  return statement.all(...values).map(subjectIn);
}
