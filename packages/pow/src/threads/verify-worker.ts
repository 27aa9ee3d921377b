import { parentPort } from 'node:worker_threads';
import { JobRunner } from './job-runner.ts';
import type { ToWorker } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('the verify worker runs in a worker thread');
const runner = new JobRunner();
port.on('message', (message: ToWorker) => {
  const answer = runner.handle(message);
  if (answer !== undefined) port.postMessage(answer);
});
