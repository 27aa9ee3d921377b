import { parentPort } from 'node:worker_threads';
import { messageOf } from '@adit/primitives';
import type { ThreadAnswer, ThreadCall } from './thread-calls.ts';

/**
 * To be called once in a thread that was started by `ThreadCalls`: carries out its requests, one after the other. The
 * work should be synchronous: asynchronous file calls of any thread share the four threads in which Node also looks up
 * the names of nodes.
 */
export function answerCalls<Request>(carryOut: (request: Request) => unknown): void {
  const port = parentPort;
  if (port === null) throw new Error('the worker of the disk runs in a worker thread');
  port.on('message', (call: ThreadCall<Request>) => port.postMessage(answerTo(call, carryOut)));
}

function answerTo<Request>(
  { id, request }: ThreadCall<Request>,
  carryOut: (request: Request) => unknown,
): ThreadAnswer {
  try {
    return { id, result: carryOut(request) };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return { id, failure: { message: messageOf(error), code: typeof code === 'string' ? code : undefined } };
  }
}
