import { parentPort } from 'node:worker_threads';
import { messageOf } from '@adit/primitives';
import { carryOut } from './carry-out.ts';
import type { DiskAnswer, DiskCall } from './disk-request.ts';

// The thread that waits for the disk. Its calls are synchronous: the asynchronous ones of any thread share the four
// threads in which Node also looks up the names of nodes.
const port = parentPort;
if (port === null) throw new Error('the worker of the disk runs in a worker thread');

function answerTo({ id, request }: DiskCall): DiskAnswer {
  try {
    return { id, result: carryOut(request) };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return { id, failure: { message: messageOf(error), code: typeof code === 'string' ? code : undefined } };
  }
}

port.on('message', (call: DiskCall) => port.postMessage(answerTo(call)));
