import { skipRestoredLeases } from '@adit/pool';
import { databasePart } from './database-part.ts';
import { folderPart } from './folder-part.ts';
import { JOURNALS_PART } from './journals-part.ts';
import { type Books, ledgerPart } from './ledger-part.ts';
import type { BackupPart } from './part.ts';
import { PAYOUTS_PART } from './payouts-part.ts';

/**
 * All data of a pool with these books that a backup has, in the order in which it is copied. Journals come last: what a later part of the
 * list holds is newer, and no share may be missing that was kept before the backup began. A ledger that had taken a share
 * which the copied journals lack would stop.
 */
export function backupParts(books: Books): readonly BackupPart[] {
  return [
    databasePart({
      name: 'leases',
      is: 'the nonce1 values that were handed out, with their secret key',
      file: 'leases.db',
      isNeeded: true,
      restored: (folder, nowMs) =>
        skipRestoredLeases(folder, nowMs).map(
          ({ space, from, to }) => `nonce1 values of ${space}: the mark jumps from ${from} to ${to}`,
        ),
    }),
    databasePart({ name: 'bans', is: 'banned addresses', file: 'bans.db', isNeeded: false }),
    folderPart({
      name: 'prices',
      is: 'what shares of each TrueChain header have to meet',
      folders: ['targets', 'targets/to-come'],
      isWanted: (name) => !name.startsWith('.'),
    }),
    folderPart({
      name: 'blocks',
      is: 'found blocks, those under way and those whose fate is known',
      // A block moves from the first to the second: in this order a copy has it once or twice, but never misses it.
      folders: ['blocks', 'blocks/done'],
      isWanted: (name) => name.includes('.json') && !name.endsWith('.tmp'),
      leftOut: { 'blocks/owners': 'locks of processes that run here' },
    }),
    ledgerPart(books),
    // Behind the books: a list that the copy of the books lacks holds payouts, and one that is missing would, too.
    PAYOUTS_PART,
    JOURNALS_PART,
  ];
}
