import { verifyLedger } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { print } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/**
 * `adit ledger verify`: checks every invariant of the books.
 * @throws AditError `ADIT_LEDGER_BREACH` if one does not hold; the breaches have been printed
 */
export async function runVerify(options: LedgerOptions): Promise<void> {
  const breaches = await withLedger(options.config, ({ database }) => verifyLedger(database));
  print(options, { breaches }, () =>
    breaches.length === 0
      ? 'the books are in order'
      : breaches
          .map(
            ({ invariant, chain, about, detail }) =>
              `${invariant}${chain === null ? '' : ` ${chain}`} ${plain(about)}: ${plain(detail)}`,
          )
          .join('\n'),
  );
  if (breaches.length > 0)
    throw new AditError(
      'ADIT_LEDGER_BREACH',
      `${breaches.length} rules of the books do not hold: stop payouts with \`adit ledger payouts hold all\` until you know why`,
    );
}
