import { parentPort, workerData } from 'node:worker_threads';
import { JournalTail, OWNER_ONLY } from '@adit/journal';
import { messageOf } from '@adit/primitives';
import { ShareIntake } from './share-intake.ts';
import type { StatsNews, StatsOrder, StatsThreadOptions } from './stats-thread.ts';
import { openStats } from './store/open-stats.ts';

const EVERY_MS = 1_000;

// This thread reads the journals and writes the statistics, so that the thread that answers requests does neither.
const port = parentPort;
if (port === null) throw new Error('the worker of the statistics runs in a worker thread');
const tell = (news: StatsNews) => port.postMessage(news);
const {
  dataFolder,
  file,
  access = OWNER_ONLY,
  networks = {},
  everyMs = EVERY_MS,
} = workerData as StatsThreadOptions;
const db = openStats(file, access);
tell({ kind: 'open' });
const tail = new JournalTail({ dataFolder, networks });
let told = '';
let problem = '';
const intake = new ShareIntake(
  {},
  {
    tail,
    db,
    onFault: (fault) => {
      problem = fault.message;
    },
  },
);
let timer: NodeJS.Timeout | undefined;

function step(): void {
  problem = '';
  let isFull = false;
  try {
    const done = intake.step();
    isFull = done.isFull;
    tell({ kind: 'step', step: done });
  } catch (error) {
    problem = messageOf(error);
  }
  // A fault that stays is told once.
  if (problem !== '' && problem !== told) tell({ kind: 'problem', problem });
  told = problem;
  timer = setTimeout(step, isFull ? 0 : everyMs);
}

port.on('message', (order: StatsOrder) => {
  if (order.kind === 'alive') intake.noteAlive(order.timeMs);
  else {
    clearTimeout(timer);
    tail.close();
    db.close();
    port.close();
  }
});
step();
