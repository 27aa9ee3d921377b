import { creditEntry, type RoundCredit, sameEntry, sourceKey } from '@adit/money';
import { entryOf } from '../books/read-entries.ts';
import type { LedgerDatabase } from '../database/ledger-database.ts';
import { comparePps, ppsBooked } from '../pps/compare-pps.ts';
import { type Mismatch, type RebuildModules, type RebuiltShares, rebuildShares } from '../shares/rebuild.ts';
import { readRound } from '../shares/round-source.ts';
import { blockOf } from './found-block.ts';
import { type BookedRoundRow, bookedCredit, bookedRounds, creditRound } from './round-book.ts';

/** What was compared, and what differs. */
export interface Verified extends RebuiltShares {
  readonly rounds: number;
  /** Intervals of shares that were paid at once. */
  readonly intervals: number;
}

/** What a check of the books against the journals works with. */
export interface VerifyModules extends RebuildModules {
  readonly into: Pick<LedgerDatabase, 'read' | 'transact'>;
}

/**
 * Makes shares, rounds, and the credits of blocks and of shares that are paid at once again from the journals, in a second database, and compares them with the ledger to the unit.
 *
 * Where journals are archived or lost, rounds and credits of shares are not compared: `unchecked` names those journals.
 * @throws AditError of journals and databases
 */
export async function verifyFromJournals(modules: VerifyModules): Promise<Verified> {
  const paid = await modules.database.read(ppsBooked);
  const shares = await rebuildShares(modules);
  const mismatches = [...shares.mismatches];
  const rounds = await modules.database.read(bookedRounds);
  if (shares.unchecked.length > 0) return { ...shares, mismatches, rounds: 0, intervals: 0 };
  for (const round of rounds) mismatches.push(...(await compareRound(modules, round)));
  let intervals = 0;
  for (const booked of paid) {
    const compared = comparePps(modules, booked);
    let step = await compared.next();
    for (; step.done !== true; step = await compared.next()) mismatches.push(step.value);
    intervals += step.value;
  }
  return { ...shares, mismatches, rounds: rounds.length, intervals };
}

async function compareRound(
  { database, into }: VerifyModules,
  booked: BookedRoundRow,
): Promise<readonly Mismatch[]> {
  const { chain, hash, generation, total, oldest, isFull, reward } = booked;
  const about = `${chain} ${hash} ${generation}`;
  const again = await into.read((queries) => readRound(queries, chain, booked));
  const isSame =
    again.total === total &&
    again.isFull === isFull &&
    again.oldest?.number === oldest?.number &&
    again.oldest?.counted === oldest?.counted;
  if (!isSame)
    return [
      {
        kind: 'round_differs',
        about,
        detail: `it counted ${total} from share ${oldest?.number}, the journals make ${again.total} from share ${again.oldest?.number}`,
      },
    ];
  return database.read(async (queries) => {
    const block = await blockOf(queries, chain, hash);
    if (block === undefined) return [{ kind: 'round_differs' as const, about, detail: 'it has no block' }];
    const credit = await creditRound(queries, block, again, reward);
    const stored = await bookedCredit(queries, chain, hash, generation);
    const found: Mismatch[] = [];
    if (textOfCredit(credit) !== textOfCredit(stored))
      found.push({ kind: 'credit_differs', about, detail: 'the journals make other parts' });
    const entry = await entryOf(
      queries,
      chain,
      sourceKey('block', chain, hash, String(generation), 'credit'),
    );
    if (entry === undefined || !sameEntry(entry, creditEntry({ chain, hash, generation }, credit)))
      found.push({ kind: 'entry_differs', about, detail: 'the books credited other amounts' });
    return found;
  });
}

/** Parts come in the order in which a round found its holders, which slices may change. */
function textOfCredit({ reward, parts, reserve, suspense }: RoundCredit): string {
  const lines = parts.map(
    ({ account, score, gross, fee, donation, cause, net }) =>
      `${account} ${score} ${gross} ${fee} ${donation} ${cause} ${net}`,
  );
  return [reward, reserve, suspense, ...lines.sort()].join('\n');
}
