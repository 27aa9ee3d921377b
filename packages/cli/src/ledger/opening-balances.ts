import { messageOf } from '@adit/primitives';
import type { AccountReader } from '@adit/stratum';
import { parseWorkerName } from '@adit/stratum';
import { type Coin, coinsToUnits } from '../config/coins.ts';

/** What another pool owed to one account. */
export interface OpeningBalance {
  readonly account: string;
  /** In the smallest unit, above zero. */
  readonly amount: bigint;
}

/** Something in the file that cannot be imported. */
interface LineFault {
  /** Counts from 1. */
  readonly line: number;
  readonly message: string;
}

/** What a file says. Where one line is wrong, nothing of it is to be imported. */
interface OpeningBalances {
  readonly balances: readonly OpeningBalance[];
  readonly faults: readonly LineFault[];
  readonly total: bigint;
}

/** A pool has fewer accounts. Each costs a few statements in one transaction. */
const MOST_LINES = 200_000;
const MOST_NAME = 320;
const HEAD = /^"?payee"?,"?amount"?$/i;
/** A field of RFC 4180: quoted, with quotes doubled, or without quotes and commas. */
const LINE = /^(?:"((?:[^"]|"")*)"|([^",]*)),(?:"((?:[^"]|"")*)"|([^",]*))$/;

/**
 * Reads a CSV of payees and amounts of whole coins, one a line; a first line `payee,amount` is a head.
 * @param readAccount reads addresses, where the accounts of the chain are addresses
 */
export function readOpeningBalances(
  text: string,
  coin: Coin,
  readAccount: AccountReader | undefined,
): OpeningBalances {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > MOST_LINES)
    return {
      balances: [],
      faults: [{ line: MOST_LINES + 1, message: `expected at most ${MOST_LINES} lines` }],
      total: 0n,
    };
  const balances: OpeningBalance[] = [];
  const faults: LineFault[] = [];
  const seen = new Map<string, number>();
  for (const [i, content] of lines.entries()) {
    const line = i + 1;
    if (line === 1 && HEAD.test(content)) continue;
    const read = readLine(content, coin, readAccount);
    if (typeof read === 'string') {
      faults.push({ line, message: read });
      continue;
    }
    const before = seen.get(read.account);
    if (before !== undefined)
      faults.push({
        line,
        message: `it names the same account as line ${before}: write one line with the sum`,
      });
    else seen.set(read.account, line);
    balances.push(read);
  }
  if (balances.length + faults.length === 0) faults.push({ line: 1, message: 'the file has no balances' });
  return { balances, faults, total: balances.reduce((sum, { amount }) => sum + amount, 0n) };
}

/** @returns the balance, or what is wrong with the line */
function readLine(
  content: string,
  coin: Coin,
  readAccount: AccountReader | undefined,
): OpeningBalance | string {
  const [, quotedName, plainName = '', quotedAmount, plainAmount = ''] = LINE.exec(content) ?? [];
  if (!LINE.test(content)) return 'expected two fields with a comma between them: payee,amount';
  const name = unquoted(quotedName) ?? plainName.trim();
  const account = accountIn(name, readAccount);
  if ('fault' in account) return account.fault;
  try {
    const amount = coinsToUnits(unquoted(quotedAmount) ?? plainAmount.trim(), coin);
    return amount > 0n ? { ...account, amount } : 'found 0, expected an amount above zero, or no line';
  } catch (error) {
    return messageOf(error);
  }
}

/** The account that a miner with this name would have. */
function accountIn(name: string, readAccount: AccountReader | undefined): ReturnType<AccountReader> {
  const worker = parseWorkerName(name, MOST_NAME);
  if (worker === undefined)
    return {
      fault: `expected an account of 1 to ${MOST_NAME} printable ASCII characters, without a blank at an end`,
    };
  if (worker.full !== worker.account)
    return { fault: 'found a dot: expected an account, and not the name of a rig' };
  return readAccount === undefined ? { account: name } : readAccount(name);
}

function unquoted(field: string | undefined): string | undefined {
  return field?.replaceAll('""', '"');
}
