import { parentPort, workerData } from 'node:worker_threads';
import { AditError, messageOf } from '@adit/primitives';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import type { JournalEnd } from './journal-schema.ts';
import { JournalStore, type JournalStoreOptions, recordEnds } from './journal-store.ts';
import { journalFolder } from './new-journal.ts';
import { reasonFor } from './why-unusable.ts';

/** Reading other journals for a group makes way for commits after this time, so that no share waits longer for it. */
const SLICE_MS = 5;

// This thread waits for the disk, so that the main thread never does.
const port = parentPort;
if (port === null) throw new Error('the journal worker runs in a worker thread');
const answer = (message: JournalAnswer) => port.postMessage(message);
const store = open(workerData as JournalStoreOptions);
let faults = '';
let isOver = false;
answer({ kind: 'open' });
tellFaults();

port.on('message', (request: JournalRequest) => {
  if (isOver) return;
  try {
    if (request.kind === 'commit') {
      answer({ kind: 'committed', ...store.commit(request.records) });
      store.removeRecords();
    } else if (request.kind === 'digests') readDigests(request.id, store.digestsOf(request.group));
    else if (request.kind === 'look') look();
    else if (request.kind === 'abandon') abandon();
    else close();
  } catch (error) {
    end(error);
  }
});

/** The main thread gets the words of an error alone, so they have to say what helps. */
function open(options: JournalStoreOptions): JournalStore {
  let isNamed = false;
  const onNamed = (taken: readonly JournalEnd[]) => {
    isNamed = true;
    answer({ kind: 'named', taken });
  };
  try {
    return new JournalStore(options, { onNamed });
  } catch (error) {
    if (!isNamed && recordEnds(options)) answer({ kind: 'recorded' });
    const reason =
      error instanceof AditError ? messageOf(error) : reasonFor(journalFolder(options.dataFolder), error);
    // The main thread gets this answer after the one before. An error of the thread may come before it.
    answer({ kind: 'broken', reason, isGone: false });
    throw new Error(reason, { cause: error });
  }
}

/** After any failure the file is not used any more. The next journal says where this one ends, for its readers. */
function end(error: unknown): void {
  isOver = true;
  const isGone = error instanceof AditError && error.code === 'ADIT_JOURNAL_GONE';
  try {
    store.abandon();
  } catch {
    // Report the first failure, not this one.
  }
  const reason = reasonFor(journalFolder((workerData as JournalStoreOptions).dataFolder), error);
  answer({ kind: 'broken', reason, isGone });
  port?.close();
}

/** A commit of this thread hung, and counts as refused: another journal says so already. */
function abandon(): void {
  isOver = true;
  port?.close();
  store.abandon();
}

function close(): void {
  isOver = true;
  store.close();
  answer({ kind: 'closed' });
  port?.close();
}

function look(): void {
  store.checkPlace();
  store.others.look();
  tellFaults();
}

function tellFaults(): void {
  const found = store.others.faults;
  if (found.join('\n') === faults) return;
  faults = found.join('\n');
  answer({ kind: 'faults', faults: found });
}

/** Reads in slices, because there may be a thousand journals, and commits must come between them. */
function readDigests(id: number, reading: Generator<void, Uint8Array[]>): void {
  if (isOver) return;
  const until = performance.now() + SLICE_MS;
  try {
    for (let step = reading.next(); ; step = reading.next()) {
      if (step.done === true) {
        tellFaults();
        answer({ kind: 'digests', id, digests: step.value });
        return;
      }
      if (performance.now() > until) break;
    }
  } catch (error) {
    return end(error);
  }
  answer({ kind: 'reading' });
  setImmediate(() => readDigests(id, reading));
}
