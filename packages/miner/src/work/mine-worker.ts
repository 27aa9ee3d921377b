import { parentPort, workerData } from 'node:worker_threads';
import type { MineKind, MineReport, MineTask, MineWorkerData } from './mine-protocol.ts';
import type { MineStep } from './work.ts';
import { workKinds } from './work-kinds.ts';

// One mining thread. It works in steps, so that messages get through between them; within a step the shared generation
// number tells it to stop.
const port = parentPort;
if (port === null) throw new Error('the mining worker runs in a worker thread');
const { generation, thread } = workerData as MineWorkerData;
const newest = new Int32Array(generation);

let task: MineTask | undefined;
let step: MineStep = () => false;
let running = false;

const isStale = () => task === undefined || Atomics.load(newest, 0) !== task.generation;
const report = (message: MineReport) => port.postMessage(message);
const works = workKinds({ thread }, { isStale, report });

port.on('message', (message: MineTask) => {
  task = message;
  step = begin(message);
  if (!running) run();
});

function begin<Kind extends MineKind>(next: MineTask<Kind>): MineStep {
  return works[next.kind].begin(next);
}

function run(): void {
  running = !isStale();
  if (!running) return;
  if (!step()) task = undefined;
  setImmediate(run);
}
