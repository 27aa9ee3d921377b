import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { wholeCoins } from '@adit/money';
import { AditError, messageOf } from '@adit/primitives';
import { coinsToUnits } from '../../config/coins.ts';
import { bookOpenings } from '../../ledger/book-openings.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { readOpeningBalances } from '../../ledger/opening-balances.ts';
import { print } from '../print.ts';
import { type AccountOptions, actorOf, reasonOf } from './account.ts';

export interface ImportOptions extends AccountOptions {
  readonly dryRun: boolean;
  /** The sum of all amounts, in whole coins. */
  readonly total?: string;
}

/** Longer files are no lists of accounts. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Faults that are listed. A file of another kind has one in each line. */
const MOST_FAULTS = 20;

/** `adit ledger import-balances`: takes over what another pool owed, once. */
export async function runImportBalances(file: string, options: ImportOptions): Promise<void> {
  const bytes = fileBytes(file);
  const result = await withLedger(options.config, async ({ chains, database }) => {
    const { network: chain, coin, chain: settings } = chainNamed(chains, options.chain);
    const isStrict = settings.ports.some(({ accounts }) => accounts === 'address');
    const { accountReaderOf } = await import('../../config/account-addresses.ts');
    const readAddress = accountReaderOf(chain);
    const text = utf8(file, bytes);
    const { balances, faults, total } = readOpeningBalances(text, coin, isStrict ? readAddress : undefined);
    if (faults.length > 0) {
      const lines = faults
        .slice(0, MOST_FAULTS)
        .map(({ line, message }) => `${file}: line ${line}: ${message}`);
      const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
      throw new AditError('ADIT_IMPORT_REFUSED', ['nothing was imported:', ...lines, ...more].join('\n'));
    }
    const names = balances.filter(({ account }) => {
      const reading = readAddress?.(account);
      return reading === undefined || 'fault' in reading;
    });
    const found = { chain, coin, accounts: balances.length, names: names.length, total };
    if (options.dryRun) return { ...found, isNew: false };
    checkTotal(options.total, total, coin);
    const openings = {
      chain,
      balances,
      total,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      timeMs: Date.now(),
      actor: actorOf(options),
      reason: reasonOf(options),
    };
    return { ...found, isNew: await database.transact((queries) => bookOpenings(queries, openings)) };
  });
  const { chain, coin, accounts, names, total, isNew } = result;
  const sum = wholeCoins(total, coin.decimals);
  print(options, { chain, accounts, names, total: sum, dryRun: options.dryRun, imported: isNew }, () =>
    [
      `${chain}: ${accounts} accounts, ${sum} ${coin.symbol} in all`,
      ...(names === 0
        ? []
        : [`  ${names} of them are no addresses: each needs \`adit ledger account payee\` to be paid`]),
      options.dryRun
        ? `nothing was imported yet: give --total ${sum} and --reason instead of --dry-run`
        : isNew
          ? 'they are owed from now on'
          : 'they were imported before: nothing was changed',
    ].join('\n'),
  );
}

/** A file that was cut, or had a line too many, has another sum than the old pool's own figure. */
function checkTotal(
  given: string | undefined,
  total: bigint,
  coin: Parameters<typeof coinsToUnits>[1],
): void {
  const sum = wholeCoins(total, coin.decimals);
  if (given === undefined)
    throw new AditError(
      'ADIT_BAD_OPTION',
      '--total is missing: expected the sum of all amounts, as the old pool says it',
    );
  if (coinsToUnits(given, coin) === total) return;
  throw new AditError(
    'ADIT_IMPORT_REFUSED',
    `--total: found ${given}, and the file sums to ${sum} ${coin.symbol}; nothing was imported`,
  );
}

function fileBytes(file: string): Buffer {
  try {
    if (statSync(file).size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    return readFileSync(file);
  } catch (error) {
    throw new AditError('ADIT_IMPORT_REFUSED', `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function utf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AditError('ADIT_IMPORT_REFUSED', `${file} is not text in UTF-8; nothing was imported`);
  }
}
