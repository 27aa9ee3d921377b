import {
  creditOf,
  RESERVE_HOLDER,
  type Round,
  type RoundCredit,
  type RoundPart,
  schemeAt,
} from '@adit/money';
import { AditError } from '@adit/primitives';
import { termsReader } from '../books/terms.ts';
import { amountOf, decimal, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { rowsOfMarks, slicesOf } from '../database/slices.ts';
import { type RoundQuestion, readRound } from '../shares/round-source.ts';
import { readScheme, schemePeriods, writeScheme } from '../shares/scheme-periods.ts';
import type { FoundBlock } from './found-block.ts';

/** A round that was credited, as it is stored. */
export interface BookedRoundRow extends RoundQuestion {
  readonly chain: string;
  readonly hash: string;
  readonly generation: number;
  readonly total: bigint;
  readonly oldest: Round['oldest'];
  readonly isFull: boolean;
  readonly reward: bigint;
}

/** What decides about the round of a block, as the ledger stands now. */
export async function questionOf(
  queries: Queries,
  { chain, number, what }: Pick<FoundBlock, 'chain' | 'number' | 'what'>,
): Promise<RoundQuestion> {
  const { scheme, countsFrom } = schemeAt(await schemePeriods(queries, chain), BigInt(number));
  // A block that was given up ended no round. Blocks of SOLO are their finders' alone.
  const [before] = await queries.all(
    "SELECT number FROM block WHERE chain = ? AND what = ? AND number < ? AND scheme <> 'solo' AND state NOT IN ('lost', 'orphaned') ORDER BY number DESC LIMIT 1",
    [chain, what, number],
  );
  const blockBefore = before === undefined ? null : numberOf(before, 'number');
  return { scheme, number, countsFrom: Number(countsFrom), blockBefore };
}

/** Shares a reward out among the accounts of a round, by the terms in force when the block was found. */
export async function creditRound(
  queries: Queries,
  block: Pick<FoundBlock, 'chain' | 'foundMs'>,
  round: Round,
  reward: bigint,
): Promise<RoundCredit> {
  const accounts = [...round.scores.keys()].filter((holder) => holder !== RESERVE_HOLDER);
  return creditOf(reward, round, await termsReader(queries, block.chain, accounts, block.foundMs));
}

/**
 * Makes the round of a block, shares its reward out, and stores both.
 * @throws AditError `ADIT_LEDGER_TERMS`, `ADIT_LEDGER_SHARES`
 */
export async function bookRound(
  queries: Queries,
  block: FoundBlock & { readonly generation: number },
  reward: bigint,
  timeMs: number,
): Promise<RoundCredit> {
  const { chain, hash, generation } = block;
  const question = await questionOf(queries, block);
  const round = await readRound(queries, chain, question);
  const credit = await creditRound(queries, block, round, reward);
  await queries.run(
    `INSERT INTO round (chain, hash, generation, scheme, counts_from, block_before, newest_number, oldest_number, oldest_counted, total,
       is_full, reward, reserve, suspense, made_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      chain,
      hash,
      generation,
      writeScheme(question.scheme),
      question.countsFrom,
      question.blockBefore,
      question.number,
      // A round without shares still reads back to its first one: nothing before the block changes any more.
      round.oldest === null ? question.number : Number(round.oldest.number),
      decimal(round.oldest?.counted ?? null),
      String(round.total),
      round.isFull ? 1 : 0,
      String(reward),
      String(credit.reserve),
      String(credit.suspense),
      timeMs,
    ],
  );
  const reserve = round.scores.get(RESERVE_HOLDER);
  const parts: readonly RoundPart[] =
    reserve === undefined ? credit.parts : [...credit.parts, reservePart(reserve, credit.reserve)];
  for (const slice of slicesOf([...parts.entries()]))
    await queries.run(
      `INSERT INTO round_part (chain, hash, generation, position, account, score, gross, fee, donation, cause, net) VALUES ${rowsOfMarks(slice.length, 11)}`,
      slice.flatMap(([position, { account, score, gross, fee, donation, cause, net }]) => [
        chain,
        hash,
        generation,
        position,
        account,
        ...[score, gross, fee, donation].map(String),
        cause,
        String(net),
      ]),
    );
  return credit;
}

/**
 * Reads how the reward of a round was shared out.
 * @throws AditError `ADIT_LEDGER_SHARES` if there is no such round
 */
export async function bookedCredit(
  queries: Queries,
  chain: string,
  hash: string,
  generation: number,
): Promise<RoundCredit> {
  const key = [chain, hash, generation];
  const [row] = await queries.all(
    'SELECT reward, reserve, suspense FROM round WHERE chain = ? AND hash = ? AND generation = ?',
    key,
  );
  if (row === undefined)
    throw new AditError('ADIT_LEDGER_SHARES', `the ledger has no round of ${chain} ${hash}, ${generation}`);
  const rows = await queries.all(
    'SELECT account, score, gross, fee, donation, cause, net FROM round_part WHERE chain = ? AND hash = ? AND generation = ? ORDER BY position',
    key,
  );
  const parts = rows.map((part) => ({
    account: textOf(part, 'account'),
    score: amountOf(part, 'score'),
    gross: amountOf(part, 'gross'),
    fee: amountOf(part, 'fee'),
    donation: amountOf(part, 'donation'),
    cause: orNull(part, 'cause', textOf),
    net: amountOf(part, 'net'),
  }));
  return {
    reward: amountOf(row, 'reward'),
    parts: parts.filter(({ account }) => account !== RESERVE_HOLDER),
    reserve: amountOf(row, 'reserve'),
    suspense: amountOf(row, 'suspense'),
  };
}

/** @returns all rounds that were credited, in the order of their chains and blocks */
export async function bookedRounds(queries: Queries): Promise<readonly BookedRoundRow[]> {
  const rows = await queries.all(
    'SELECT chain, hash, generation, scheme, counts_from, block_before, newest_number, oldest_number, oldest_counted, total, is_full, reward FROM round ORDER BY chain, newest_number, hash, generation',
  );
  return rows.map((row) => {
    const counted = orNull(row, 'oldest_counted', amountOf);
    return {
      chain: textOf(row, 'chain'),
      hash: textOf(row, 'hash'),
      generation: numberOf(row, 'generation'),
      scheme: readScheme(textOf(row, 'scheme')),
      countsFrom: numberOf(row, 'counts_from'),
      blockBefore: orNull(row, 'block_before', numberOf),
      number: numberOf(row, 'newest_number'),
      oldest: counted === null ? null : { number: BigInt(numberOf(row, 'oldest_number')), counted },
      total: amountOf(row, 'total'),
      isFull: numberOf(row, 'is_full') === 1,
      reward: amountOf(row, 'reward'),
    };
  });
}

function reservePart(score: bigint, gross: bigint): RoundPart {
  return { account: RESERVE_HOLDER, score, gross, fee: 0n, donation: 0n, cause: null, net: gross };
}
