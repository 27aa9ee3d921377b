import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { reasonFor } from '@adit/journal';
import { Nonce1Leases } from './leases.ts';
import type { Nonce1Answer, Nonce1Request } from './protocol.ts';

// The thread that waits for `leases.db`, so that the main thread does not have to.
const port = parentPort;
if (port === null) throw new Error('the worker of the leases runs in a worker thread');
const { dataFolder, owner } = workerData as { dataFolder: string; owner: string };
/** A file that could not be opened is tried again with the next request. */
let leases: Nonce1Leases | undefined;

function answerTo(request: Exclude<Nonce1Request, { kind: 'close' }>): Nonce1Answer {
  const { id, nowMs } = request;
  try {
    leases ??= new Nonce1Leases(dataFolder, owner);
    return request.kind === 'take'
      ? { kind: 'taken', id, block: leases.take(request.wanted, nowMs) }
      : { kind: 'renewed', id, lost: leases.renew(request.held, nowMs) };
  } catch (error) {
    const locked = /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));
    return { kind: 'failed', id, reason: reasonFor(path.join(dataFolder, 'leases.db'), error), locked };
  }
}

port.on('message', (request: Nonce1Request) => {
  if (request.kind !== 'close') return port.postMessage(answerTo(request));
  leases?.close();
  port.close();
});
