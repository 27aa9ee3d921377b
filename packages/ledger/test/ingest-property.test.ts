import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { countShares, JournalTail } from '@adit/journal';
import { scoreOf } from '@adit/money';
import { weightOfTarget } from '@adit/primitives';
import fc from 'fast-check';
import { Ingest, SqliteDatabase } from '../src/index.ts';
import { digestOf, journalTemplate, record, START_MS, TestJournal } from './support/journals.ts';
import { totalsOf } from './support/share-books.ts';

const home = mkdtempSync(path.join(tmpdir(), 'adit-ledger-property-'));
after(() => rmSync(home, { recursive: true, force: true }));
const template = await journalTemplate(home);

/** One share of the world: what it is follows from its number, whichever process writes it. */
const shareOf = (number: number, weight: number, timeMs: number) =>
  record(number, {
    network: number % 5 === 0 ? 'komodo' : 'zcash',
    workGroup: `g${number % 3}`,
    account: `account${number % 4}`,
    networkTarget: 2n ** 236n - 1n - BigInt(number % 2),
    weight: BigInt(weight),
    timeMs: START_MS + timeMs,
    digest: digestOf(number),
  });

const instance = fc.nat({ max: 3 });
const number = fc.nat({ max: 25 });
const weight = fc.integer({ min: 1, max: 4 });
const timeMs = fc.nat({ max: 100 });

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), instance, number, weight, timeMs }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lighten' as const), instance, number, weight, timeMs }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refuse' as const), instance, number, by: instance }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const), instance }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      before: fc.nat({ max: 120 }),
      maxRows: fc.integer({ min: 1, max: 8 }),
      maxDigests: fc.nat({ max: 6 }),
      /** The transaction fails, the process is a new one, or neither. */
      trouble: fc.constantFrom('none', 'none', 'fails', 'restart'),
    }),
  },
);

test('whatever comes in which journal, the totals are those of counting all journals at once', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), async (events) => {
      run += 1;
      const dataFolder = path.join(home, String(run));
      const journals = new Map<number, TestJournal>();
      const over = new Set<number>();
      const database = await SqliteDatabase.open(':memory:');
      let tail = new JournalTail({ dataFolder });
      let now = 0;
      let mustFail = false;
      const failing = {
        read: database.read.bind(database),
        transact: <T>(work: Parameters<typeof database.transact<T>>[0]) =>
          database.transact(async (queries) => {
            const result = await work(queries);
            if (mustFail) throw new Error('killed before the commit');
            return result;
          }),
      };
      let ingest: Ingest | undefined;
      const make = (maxRows: number, maxDigests: number) =>
        new Ingest({ settleMs: 0, maxRows, maxDigests }, { tail, database: failing, now: () => now });
      const journalOf = (index: number) => {
        const known = journals.get(index);
        if (known !== undefined) return known;
        const made = new TestJournal(template, dataFolder, `i${index}`);
        journals.set(index, made);
        return made;
      };
      try {
        for (const one of events) {
          switch (one.kind) {
            case 'append':
              if (!over.has(one.instance))
                journalOf(one.instance).append(shareOf(one.number, one.weight, one.timeMs));
              break;
            case 'lighten':
              journalOf(one.instance).lighten(shareOf(one.number, one.weight, one.timeMs));
              break;
            case 'refuse': {
              // The next file says where the journal ends before anybody could read the rows behind it.
              if (one.by === one.instance || over.has(one.instance)) break;
              const journal = journalOf(one.instance);
              over.add(one.instance);
              journalOf(one.by).end(journal.instance, journal.sequence);
              journal.append(shareOf(one.number, 1, 0), shareOf(one.number + 1, 1, 1));
              break;
            }
            case 'copy': {
              const journal = journalOf(one.instance);
              copyFileSync(journal.file, `${journal.file}.copy-${run}.db`);
              break;
            }
            case 'step':
              if (one.trouble === 'restart') {
                tail.close();
                tail = new JournalTail({ dataFolder });
                ingest = undefined;
              }
              ingest ??= make(one.maxRows, one.maxDigests);
              now = START_MS + one.before;
              mustFail = one.trouble === 'fails';
              try {
                await ingest.step();
              } catch (error) {
                assert.match(String(error), /killed/);
              }
              mustFail = false;
              break;
          }
        }
        now = START_MS + 1_000;
        ingest = make(5, 3);
        while ((await ingest.step()).isFull);
        const expected = new Map<string, { weight: bigint; score: bigint; shares: number }>();
        for (const share of countShares({ dataFolder }).shares) {
          const name = `${share.network}/${share.account}`;
          const total = expected.get(name) ?? { weight: 0n, score: 0n, shares: 0 };
          total.weight += share.weight;
          total.score += scoreOf(share.weight, weightOfTarget(share.networkTarget ?? 0n));
          total.shares += 1;
          expected.set(name, total);
        }
        const found = await database.read(totalsOf);
        assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
        assert.deepEqual(await ingest.step(), { numbered: 0, leftOut: 0, isFull: false });
      } finally {
        tail.close();
        await database.close();
        for (const journal of journals.values()) journal.close();
        rmSync(dataFolder, { recursive: true, force: true });
      }
    }),
    { numRuns: 100 },
  );
});
