import { JournalTail } from '@adit/journal';
import {
  Ingest,
  type IngestOptions,
  type ShareAlarm,
  type ShareRules,
  SqliteDatabase,
} from '../../src/index.ts';
import { openSlice } from '../../src/shares/slice-store.ts';
import { folder, journalTemplate, START_MS, TestJournal } from './journals.ts';

/** A data folder, a ledger over it, and a clock that the test moves. */
export class ShareLedger {
  readonly dataFolder: string;
  readonly database: SqliteDatabase;
  readonly alarms: ShareAlarm[] = [];
  tail: JournalTail;
  ingest: Ingest;
  now = START_MS + 1_000_000;
  readonly #template: string;
  readonly #options: IngestOptions;
  readonly #rules: Partial<ShareRules>;

  constructor(
    { dataFolder, template }: { readonly dataFolder: string; readonly template: string },
    database: SqliteDatabase,
    options: IngestOptions,
    rules: Partial<ShareRules>,
  ) {
    this.dataFolder = dataFolder;
    this.database = database;
    this.#template = template;
    this.#options = options;
    this.#rules = rules;
    this.tail = new JournalTail({ dataFolder });
    this.ingest = this.#make();
  }

  static async open(
    t: { after(work: () => void | Promise<void>): void },
    options: IngestOptions = {},
    rules: Partial<ShareRules> = {},
  ): Promise<ShareLedger> {
    const dataFolder = folder(t);
    const database = await SqliteDatabase.open(':memory:');
    const template = await journalTemplate(dataFolder);
    const ledger = new ShareLedger({ dataFolder, template }, database, options, rules);
    t.after(async () => {
      ledger.tail.close();
      await database.close();
    });
    return ledger;
  }

  journal(instance: string): TestJournal {
    return new TestJournal(this.#template, this.dataFolder, instance);
  }

  /** Goes on as a new process would: nothing of the memory is left. */
  restart(): void {
    this.tail.close();
    this.tail = new JournalTail({ dataFolder: this.dataFolder });
    this.ingest = this.#make();
  }

  /** Takes all that can be taken. @returns how many shares got a number */
  async takeAll(): Promise<number> {
    let numbered = 0;
    for (;;) {
      const step = await this.ingest.step();
      numbered += step.numbered;
      if (!step.isFull) return numbered;
    }
  }

  /** Each numbered share as `number account weight journal:row`, oldest first. */
  async numbers(chain = 'zcash'): Promise<readonly string[]> {
    return this.database.read(async (queries) => {
      const names = new Map(
        (await queries.all('SELECT id, name FROM share_account WHERE chain = ?', [chain])).map((row) => [
          row['id'],
          row['name'],
        ]),
      );
      const list: string[] = [];
      const slices = await queries.all(
        'SELECT first_number FROM slice WHERE chain = ? ORDER BY first_number',
        [chain],
      );
      for (const row of slices) {
        const { shares, origins } = await openSlice(queries, chain, Number(row['first_number']));
        for (const [i, { number, account, weight }] of shares.entries())
          list.push(
            `${number} ${names.get(account)} ${weight} ${origins[i]?.instance}:${origins[i]?.sequence}`,
          );
      }
      return list;
    });
  }

  #make(): Ingest {
    return new Ingest(this.#options, {
      tail: this.tail,
      database: this.database,
      rules: this.#rules,
      now: () => this.now,
      onAlarm: (alarm) => this.alarms.push(alarm),
    });
  }
}
