import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JournalTail } from '@adit/journal';
import {
  type LedgerDatabase,
  SqliteDatabase,
  type Verified,
  verifyFromJournals,
  verifyLedger,
} from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { type OpenLedger, withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { print } from '../print.ts';
import { type AccountOptions, actorOf, reasonOf } from './account.ts';

export interface VerifyCommandOptions extends AccountOptions {
  readonly fromJournals: boolean;
  readonly accept: boolean;
}

/** What was checked: the rules of the books, and with `--from-journals` what the journals make of them. */
interface Checked {
  readonly breaches: Awaited<ReturnType<typeof verifyLedger>>;
  readonly again: Verified | undefined;
  /** What the file beside the books says against them. */
  readonly fault: string | undefined;
}

/**
 * `adit ledger verify`: checks every invariant of the books.
 * @throws AditError `ADIT_LEDGER_BREACH` if one does not hold; the breaches have been printed
 */
export async function runVerify(options: VerifyCommandOptions): Promise<void> {
  if (options.accept) await accept(options);
  const { breaches, again, fault } = await withLedger(
    options.config,
    async (ledger): Promise<Checked> => ({
      breaches: await verifyLedger(ledger.database),
      fault: await ledger.guard.note(),
      again: options.fromJournals ? await rebuilt(ledger) : undefined,
    }),
  );
  const mismatches = again?.mismatches ?? [];
  const faults = fault === undefined || breaches.length > 0 ? [] : [fault];
  const json = { breaches, ...(fault === undefined ? {} : { fault }), ...again };
  print(options, json, () =>
    [...(faults.length > 0 ? faults : breachLines(breaches)), ...journalLines(again)].join('\n'),
  );
  const count = breaches.length + mismatches.length + faults.length;
  if (count > 0)
    throw new AditError(
      'ADIT_LEDGER_BREACH',
      `${count} rules of the books do not hold: nothing is paid until they do`,
    );
}

/** Takes the books over as they stand, for a person who has looked at what was changed. */
async function accept(options: VerifyCommandOptions): Promise<void> {
  const reason = reasonOf(options);
  await withLedger(options.config, ({ guard }) =>
    guard.accept({ actor: actorOf(options), reason, timeMs: Date.now() }),
  );
}

/** Makes the shares again in a database that is removed behind it: a year of them does not fit the memory. */
async function rebuilt({ config, database }: OpenLedger): Promise<Verified> {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-verify-'));
  const networks = Object.fromEntries(config.chain.map(({ name, network }) => [name, network]));
  const tail = new JournalTail({ dataFolder: config.data, networks });
  let into: LedgerDatabase | undefined;
  try {
    into = await SqliteDatabase.open(path.join(folder, 'again.db'));
    return await verifyFromJournals({ database, into, tail });
  } finally {
    tail.close();
    await into?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function breachLines(breaches: Checked['breaches']): readonly string[] {
  if (breaches.length === 0) return ['the books are in order'];
  return breaches.map(
    ({ invariant, chain, about, detail }) =>
      `${invariant}${chain === null ? '' : ` ${chain}`} ${plain(about)}: ${plain(detail)}`,
  );
}

function journalLines(again: Verified | undefined): readonly string[] {
  if (again === undefined) return [];
  const { shares, rounds, intervals, unchecked, mismatches } = again;
  const counted = `${shares} shares, ${rounds} rounds and ${intervals} credits of shares`;
  return [
    mismatches.length === 0
      ? `the journals make the same: ${counted}`
      : `compared with the journals: ${counted}`,
    ...(unchecked.length === 0
      ? []
      : [`rounds and credits were not compared, since these journals are not here: ${unchecked.join(', ')}`]),
    ...mismatches.map(({ kind, about, detail }) => `${kind} ${plain(about)}: ${plain(detail)}`),
  ];
}
