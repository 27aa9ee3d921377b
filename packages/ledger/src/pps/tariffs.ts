import { isPaidAtOnce, type PriceFacts, type SchemeKind } from '@adit/money';
import { appendAudit } from '../books/audit.ts';
import { amountOf, numberOf, orNull } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';

/**
 * What an expected block is paid at, and whether shares are paid at once. Both are settled before the shares come, are numbered, and
 * stay: a credit can be made again years later.
 */
export interface Tariff extends PriceFacts {
  readonly position: number;
  /** It holds for shares of this time and later. */
  readonly sinceMs: number;
  /** Number of the first share under it; null until one came, and for a tariff that another one overtook. */
  readonly from: number | null;
  /** False: the reserve is shut, and shares that would be paid at once count as shares of PPLNS. */
  readonly isOpen: boolean;
}

const COLUMNS = 'position, since_ms, from_number, subsidy, fee_ratio_ppm, coefficient, is_open';

/** @returns all tariffs of a chain, oldest first */
export async function tariffsOf(queries: Queries, chain: string): Promise<readonly Tariff[]> {
  const rows = await queries.all(`SELECT ${COLUMNS} FROM pps_tariff WHERE chain = ? ORDER BY position`, [
    chain,
  ]);
  return rows.map(tariffIn);
}

/** @returns the tariff that was set last, whether a share came under it or not */
export async function newestTariff(queries: Queries, chain: string): Promise<Tariff | undefined> {
  const [row] = await queries.all(
    `SELECT ${COLUMNS} FROM pps_tariff WHERE chain = ? ORDER BY position DESC LIMIT 1`,
    [chain],
  );
  return row === undefined ? undefined : tariffIn(row);
}

/**
 * The tariff of a share.
 * @param tariffs oldest first
 * @returns undefined for shares from before the first tariff
 */
export function tariffAt(tariffs: readonly Tariff[], number: number): Tariff | undefined {
  return tariffs.findLast(({ from }) => from !== null && from <= number);
}

/** The scheme under which a share counts: one that would be paid at once counts for PPLNS while the reserve is shut. */
export function settledKind(kind: SchemeKind, tariff: Tariff | undefined): SchemeKind {
  return isPaidAtOnce(kind) && tariff?.isOpen !== true ? 'pplns' : kind;
}

/** Sets a tariff, with a row in the audit. */
export async function setTariff(
  queries: Queries,
  chain: string,
  tariff: Omit<Tariff, 'position' | 'from'>,
  by: { readonly timeMs: number; readonly actor: string; readonly reason: string },
): Promise<void> {
  const newest = await newestTariff(queries, chain);
  const { sinceMs, subsidy, feeRatioPpm, coefficient, isOpen } = tariff;
  await queries.run(
    'INSERT INTO pps_tariff (chain, position, since_ms, from_number, subsidy, fee_ratio_ppm, coefficient, is_open) VALUES (?, ?, ?, NULL, ?, ?, ?, ?)',
    [
      chain,
      newest === undefined ? 0 : newest.position + 1,
      sinceMs,
      String(subsidy),
      String(feeRatioPpm),
      String(coefficient),
      isOpen ? 1 : 0,
    ],
  );
  await appendAudit(queries, {
    timeMs: by.timeMs,
    actor: by.actor,
    action: 'pps_tariff',
    subject: `reserve:${chain}`,
    content: { chain, sinceMs, subsidy, feeRatioPpm, coefficient, isOpen, reason: by.reason },
  });
}

/** The tariffs of a chain while its shares are numbered. */
export class RunningTariffs {
  readonly #queries: Queries;
  readonly #chain: string;
  #current: Tariff | undefined;
  /** Those that no share came under yet, oldest first. */
  #waiting: readonly Tariff[];

  private constructor(queries: Queries, chain: string, tariffs: readonly Tariff[]) {
    this.#queries = queries;
    this.#chain = chain;
    this.#current = tariffs.find(({ from }) => from !== null);
    this.#waiting = tariffs.filter(({ from }) => from === null);
  }

  static async open(queries: Queries, chain: string): Promise<RunningTariffs> {
    const rows = await queries.all(
      `SELECT ${COLUMNS} FROM pps_tariff WHERE chain = ? AND position >=
         COALESCE((SELECT MAX(position) FROM pps_tariff WHERE chain = ? AND from_number IS NOT NULL), 0) ORDER BY position`,
      [chain, chain],
    );
    return new RunningTariffs(queries, chain, rows.map(tariffIn));
  }

  /** The tariff of the share that comes now, once `begin` was called where one is due. */
  get current(): Tariff | undefined {
    return this.#current;
  }

  /** Whether the time of a waiting tariff has come for a share of this time. */
  isDue(timeMs: number): boolean {
    return this.#waiting.some(({ sinceMs }) => sinceMs <= timeMs);
  }

  /** Begins the last tariff that is due with the share of this number: it overtakes those before it. */
  async begin(timeMs: number, number: number): Promise<void> {
    const at = this.#waiting.findLastIndex(({ sinceMs }) => sinceMs <= timeMs);
    const begun = this.#waiting[at];
    if (begun === undefined) return;
    await this.#queries.run('UPDATE pps_tariff SET from_number = ? WHERE chain = ? AND position = ?', [
      number,
      this.#chain,
      begun.position,
    ]);
    this.#current = { ...begun, from: number };
    this.#waiting = this.#waiting.slice(at + 1);
  }
}

function tariffIn(row: SqlRow): Tariff {
  return {
    position: numberOf(row, 'position'),
    sinceMs: numberOf(row, 'since_ms'),
    from: orNull(row, 'from_number', numberOf),
    subsidy: amountOf(row, 'subsidy'),
    feeRatioPpm: amountOf(row, 'fee_ratio_ppm'),
    coefficient: amountOf(row, 'coefficient'),
    isOpen: numberOf(row, 'is_open') === 1,
  };
}
