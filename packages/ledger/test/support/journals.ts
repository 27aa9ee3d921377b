export {
  digestOf,
  folder,
  journalFile,
  journalTemplate,
  record,
  START_MS,
  TestJournal,
} from '@adit/test-kit/test-journal';
