import type { JournalAge, JournalStaysBecause } from '@adit/ledger';
import { archivePlaceOf } from '../../config/archive-place.ts';
import { networksOf } from '../../config/networks-of.ts';
import { archiveJournals, planArchive } from '../../ledger/archive-journals.ts';
import { withLedger } from '../../ledger/open-ledger.ts';
import { wholeOption } from '../number-option.ts';
import { print, timeText } from '../print.ts';
import { actorOf } from './account.ts';
import type { LedgerOptions } from './options.ts';

const DAY_MS = 86_400_000;

/** Why a journal stays, for people. */
const STAYS: Readonly<Record<JournalStaysBecause, string>> = {
  running: 'a process may still write to it',
  not_taken: 'it has shares that the ledger has not taken yet',
  young: 'its newest share is too young',
  needed: 'a window, an open round, or a block that is not credited yet may count its shares',
  older_stays: 'an older one stays',
  absent: 'it is in the archive, or was lost',
};

export interface ArchiveOptions extends Omit<LedgerOptions, 'chain'> {
  readonly dryRun: boolean;
  readonly days?: string;
  readonly by?: string;
}

/** `adit ledger archive`: packs journals that are accounted for and old, checks the archives, and removes the journals. */
export async function runArchive(options: ArchiveOptions): Promise<void> {
  // A wrong option is named before any file is read.
  const asked = options.days === undefined ? undefined : wholeOption('--days', options.days, 1, 3_650);
  const result = await withLedger(options.config, async ({ config, database }) => {
    const days = asked ?? config.ledger.archive_days;
    const folder = archivePlaceOf(options.config);
    const what = {
      dataFolder: config.data,
      networks: networksOf(options.config),
      folder,
      retentionMs: days * DAY_MS,
      actor: actorOf(options),
    };
    const modules = { database, now: Date.now };
    const plan = await planArchive(what, modules);
    const archived = options.dryRun ? [] : await archiveJournals(what, modules, plan);
    return { folder, plan, archived };
  });
  const { folder, plan, archived } = result;
  const goes = plan.filter(({ stays }) => stays === undefined);
  const remains = plan.filter(({ stays }) => stays !== undefined && stays !== 'absent');
  const json = {
    folder,
    dryRun: options.dryRun,
    archived,
    goes: options.dryRun ? goes.map(({ instance, rows }) => ({ instance, rows })) : [],
    stays: remains.map(({ instance, stays }) => ({ instance, because: stays })),
    absent: plan.filter(({ stays }) => stays === 'absent').map(({ instance }) => instance),
  };
  print(options, json, () =>
    [
      ...(options.dryRun
        ? goes.map((age) => `would go: ${ageText(age)}`)
        : archived.map(
            ({ archive, rows, bytes, packedBytes }) =>
              `${archive}: ${rows} rows, ${bytes} bytes packed into ${packedBytes}`,
          )),
      ...remains.map((age) => `stays: ${ageText(age)}: ${age.stays === undefined ? '' : STAYS[age.stays]}`),
      goes.length === 0 ? 'no journal can be archived yet' : '',
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
}

function ageText({ instance, rows, newestMs }: JournalAge): string {
  return newestMs === 0
    ? `${instance} (${rows} rows)`
    : `${instance} (${rows} rows, the newest of ${timeText(newestMs)} UTC)`;
}
