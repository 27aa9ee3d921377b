import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@adit/primitives';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import { JournalStore } from './journal-store.ts';

// The thread that waits for the disk, so that nobody else has to.
const port = parentPort;
if (port === null) throw new Error('the journal worker runs in a worker thread');
const { dataFolder, instance } = workerData as { dataFolder: string; instance: string };
const store = new JournalStore(dataFolder, instance);
const answer = (message: JournalAnswer) => port.postMessage(message);
answer({ kind: 'open' });

port.on('message', (request: JournalRequest) => {
  try {
    if (request.kind === 'commit') answer({ kind: 'committed', kept: store.commit(request.records) });
    else if (request.kind === 'digests') {
      answer({ kind: 'digests', id: request.id, digests: store.digestsOf(request.chain, request.workGroup) });
    } else {
      store.close();
      answer({ kind: 'closed' });
      port.close();
    }
  } catch (error) {
    answer({
      kind: 'failed',
      id: request.kind === 'digests' ? request.id : undefined,
      reason: messageOf(error),
    });
  }
});
