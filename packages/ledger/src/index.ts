export { readShares } from './journal-store.ts';
export { ShareJournal, type ShareJournalModules, type ShareJournalOptions } from './share-journal.ts';
export type { JournaledShare, ShareOutcome, ShareRecord } from './share-record.ts';
