/**
 * The share journal, and the reader that counts each share once.
 *
 * @module @adit/journal
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export {
  type ArchivedJournal,
  archiveJournal,
  archiveOf,
  archivesIn,
  removeArchivedJournal,
  unpackArchive,
} from './archive-journal.ts';
export { copyDatabase, faultOfDatabase } from './copy-database.ts';
export { endRecordOf } from './end-record.ts';
export { FolderLock, LOCK_FILE } from './folder-lock.ts';
export { type JournalFacts, journalFacts } from './journal-facts.ts';
export type { LighterShare, NetworksOfChains, WorkGroup } from './journal-file.ts';
export type { JournalProblemCause, OnHealth } from './journal-health.ts';
export {
  type CountedGroup,
  type CountedShares,
  countShares,
  JournalReader,
  type JournalReaderOptions,
  type LeftOut,
  type LeftOutBecause,
  readShares,
} from './journal-reader.ts';
export {
  type AbsentJournal,
  type JournalMark,
  JournalTail,
  NO_MARK,
  type SharePlace,
  type TailedJournal,
  type TailLook,
} from './journal-tail.ts';
export { type Known, KnownShares } from './known-shares.ts';
export { mergedRows } from './merged-rows.ts';
export { groupKey, shareKey } from './other-journals.ts';
export {
  type FileAccess,
  groupIdOf,
  makeDataFolder,
  makePrivateFile,
  OWNER_ONLY,
  readableBy,
} from './private-files.ts';
export { ShareJournal } from './share-journal.ts';
export type { ShareJournalModules, ShareJournalOptions } from './share-journal-options.ts';
export type { JournaledShare, ShareKey, ShareOutcome, ShareRecord, WeightAlarm } from './share-record.ts';
export { userName } from './user-name.ts';
export { type FileSystemFacts, reasonFor, whyUnusable } from './why-unusable.ts';
