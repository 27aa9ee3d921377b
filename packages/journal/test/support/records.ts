import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ShareRecord } from '@adit/journal';
import Database from 'better-sqlite3';

/** A digest that differs for each number. */
export function digestOf(number: number): Uint8Array {
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(0, number);
  return digest;
}

export function numberOf(digest: Uint8Array): number {
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

/** A share that differs for each number. */
export function record(number: number, changes: Partial<ShareRecord> = {}): ShareRecord {
  return {
    timeMs: 1_700_000_000_000 + number,
    network: 'zcash',
    chain: 'zcash',
    height: 1_687_105,
    workId: 'work',
    workGroup: 'aa',
    account: 'alice',
    worker: 'alice.rig1',
    dialect: 'zcash',
    weight: 2n ** 70n + BigInt(number),
    shareTarget: 2n ** 240n,
    networkTarget: 2n ** 200n,
    digest: digestOf(number),
    outcome: 'share',
    ...changes,
  };
}

/** Path of an instance's file. */
export function journalFile(dataFolder: string, instance: string): string {
  return path.join(dataFolder, 'journal', `${instance}.db`);
}

// As version 1 of the program made it.
const VERSION_1 = `
  CREATE TABLE journal (instance TEXT NOT NULL, version INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE share (
    sequence INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, chain TEXT NOT NULL, height INTEGER, work_id TEXT NOT NULL,
    work_group TEXT NOT NULL, account TEXT NOT NULL, worker TEXT NOT NULL, dialect TEXT NOT NULL, weight TEXT NOT NULL,
    share_target TEXT NOT NULL, network_target TEXT NOT NULL, digest BLOB NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('share', 'block', 'fruit'))
  ) STRICT;
  CREATE UNIQUE INDEX share_digest ON share (chain, digest);
  CREATE INDEX share_group ON share (chain, work_group);
`;

/** Writes a journal as version 1 left it; `version` only for one that nobody knows yet. */
export function writeOldJournal(
  dataFolder: string,
  instance: string,
  records: readonly Omit<ShareRecord, 'network'>[],
  version = 1,
): void {
  mkdirSync(path.join(dataFolder, 'journal'), { recursive: true });
  const db = new Database(journalFile(dataFolder, instance));
  db.pragma('journal_mode = WAL');
  db.exec(VERSION_1);
  db.prepare('INSERT INTO journal VALUES (?, ?, 0)').run(instance, version);
  const insert = db.prepare('INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [index, share] of records.entries()) {
    insert.run(
      index + 1,
      share.timeMs,
      share.chain,
      share.height,
      share.workId,
      share.workGroup,
      share.account,
      share.worker,
      share.dialect,
      share.weight.toString(),
      share.shareTarget.toString(),
      String(share.networkTarget ?? 0n),
      share.digest,
      share.outcome,
    );
  }
  db.close();
}
