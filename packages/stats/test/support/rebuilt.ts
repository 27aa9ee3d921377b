import { JournalTail } from '@adit/journal';
import { openStats, ShareIntake, type ShareIntakeOptions } from '@adit/stats';
import type Database from 'better-sqlite3';

/** Takes all rows of a data folder into statistics. @param db those to take them into; new ones in memory without it */
export function takeAll(
  dataFolder: string,
  nowMs: number,
  {
    db = openStats(':memory:'),
    options = {},
    onFault = () => {},
  }: {
    readonly db?: Database.Database;
    readonly options?: ShareIntakeOptions;
    readonly onFault?: (fault: Error) => void;
  } = {},
): Database.Database {
  const tail = new JournalTail({ dataFolder });
  const intake = new ShareIntake({ settleMs: 0, ...options }, { tail, db, now: () => nowMs, onFault });
  while (intake.step().isFull);
  tail.close();
  return db;
}
