import { parentPort, workerData } from 'node:worker_threads';
import { Generations } from './generations.ts';
import type { MineKind, MineReport, MineTask, MineWorkerData } from './mine-protocol.ts';
import type { MineStep } from './work.ts';
import { workKinds } from './work-kinds.ts';

// One mining thread. It works in steps, so that messages get through between them; within a step the shared generations
// tell it to stop.
const port = parentPort;
if (port === null) throw new Error('the mining worker runs in a worker thread');
const { generations: buffer, thread } = workerData as MineWorkerData;
const generations = new Generations(buffer);

let task: MineTask | undefined;
let step: MineStep = () => false;
let running = false;

const isDropped = () => task === undefined || generations.isDropped(task.generation);
const report = (message: MineReport) => port.postMessage(message);
const works = workKinds({ thread }, { isDropped, report });

port.on('message', (message: MineTask) => {
  task = message;
  step = begin(message);
  if (!running) run();
});

function begin<Kind extends MineKind>(next: MineTask<Kind>): MineStep {
  return works[next.kind].begin(next);
}

function run(): void {
  // The next task is on its way, or there is none.
  running = task !== undefined && generations.isNewest(task.generation);
  if (!running) return;
  if (!step()) task = undefined;
  setImmediate(run);
}
