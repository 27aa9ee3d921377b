import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ShareJournal, type ShareRecord } from '@adit/journal';
import Database from 'better-sqlite3';

/** A time before which nothing of the tests lies. */
export const START_MS = 1_700_000_000_000;

/** A folder that is removed behind the test. */
export function folder(t: { after(work: () => void): void }): string {
  const made = mkdtempSync(path.join(tmpdir(), 'adit-test-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A digest that differs for each number. */
export function digestOf(number: number): Uint8Array {
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(0, number);
  return digest;
}

/** A share that differs for each number. Its network weight is 2^20. */
export function record(number: number, changes: Partial<ShareRecord> = {}): ShareRecord {
  return {
    timeMs: START_MS + number,
    network: 'zcash',
    chain: 'zec',
    height: 3_600_000,
    workId: 'work',
    workGroup: 'aa',
    account: 'ann',
    worker: 'ann.rig',
    dialect: 'zcash',
    weight: 1_024n,
    shareTarget: 2n ** 246n - 1n,
    networkTarget: 2n ** 236n - 1n,
    digest: digestOf(number),
    outcome: 'share',
    ...changes,
  };
}

/** Path of an instance's file. */
export function journalFile(dataFolder: string, instance: string): string {
  return path.join(dataFolder, 'journal', `${instance}.db`);
}

/** Makes an empty file in the form of the pool's journals. */
export async function journalTemplate(dataFolder: string): Promise<string> {
  const journal = new ShareJournal({ dataFolder, instance: 'template' });
  await journal.append(record(0));
  await journal.close();
  const template = path.join(dataFolder, 'template.db');
  renameSync(journalFile(dataFolder, 'template'), template);
  const db = new Database(template);
  db.exec('DELETE FROM share; DELETE FROM ended');
  db.close();
  return template;
}

/** Writes a journal as the pool does, without waiting for a disk: a test decides what is in it, and when. */
export class TestJournal {
  readonly instance: string;
  readonly file: string;
  readonly #db: Database.Database;
  #sequence = 0;

  constructor(template: string, dataFolder: string, instance: string) {
    this.instance = instance;
    this.file = journalFile(dataFolder, instance);
    mkdirSync(path.dirname(this.file), { recursive: true });
    copyFileSync(template, this.file);
    this.#db = new Database(this.file);
    this.#db.pragma('synchronous = OFF');
    this.#db.prepare('UPDATE journal SET instance = ?').run(instance);
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** @returns false if the file has the share: like the pool, it keeps a digest once */
  append(...shares: readonly ShareRecord[]): boolean {
    const insert = this.#db.prepare(
      'INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    let kept = true;
    this.#db.transaction(() => {
      for (const one of shares) {
        const { changes } = insert.run(
          this.#sequence + 1,
          one.timeMs,
          one.network,
          one.chain,
          one.height,
          one.workId,
          one.workGroup,
          one.account,
          one.worker,
          one.dialect,
          String(one.weight),
          String(one.shareTarget),
          one.networkTarget === null ? null : String(one.networkTarget),
          one.digest,
          one.outcome,
        );
        this.#sequence += changes;
        kept &&= changes === 1;
      }
    })();
    return kept;
  }

  /** A share came again with a smaller weight. */
  lighten({ timeMs, network, workGroup, digest, weight }: ShareRecord): void {
    this.#db
      .prepare('INSERT INTO lighter VALUES (NULL, ?, ?, ?, ?, ?)')
      .run(timeMs, network, workGroup, digest, String(weight));
  }

  /** Says where a journal ends, this one or another. */
  end(instance: string, lastSequence: number): void {
    this.#db.prepare('INSERT INTO ended VALUES (?, ?, ?)').run(instance, lastSequence, 'test');
  }

  close(): void {
    this.#db.close();
  }
}
