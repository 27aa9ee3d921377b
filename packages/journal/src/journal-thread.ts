import { Worker } from 'node:worker_threads';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import type { JournalStoreOptions } from './journal-store.ts';

export interface JournalThreadModules {
  readonly onAnswer: (thread: JournalThread, answer: Exclude<JournalAnswer, { kind: 'broken' }>) => void;
  /** Its file is not used any more. May be called again, when the thread ends. */
  readonly onLost: (thread: JournalThread, reason: string, isGone: boolean) => void;
}

/** The thread of one journal file, as the main thread sees it. */
export class JournalThread {
  readonly #worker: Worker;
  #isOpen = false;
  #saysEnds = false;

  constructor(options: JournalStoreOptions, { onAnswer, onLost }: JournalThreadModules) {
    this.#worker = new Worker(new URL(import.meta.resolve('#journal-worker')), { workerData: options });
    this.#worker.on('message', (answer: JournalAnswer) => {
      this.#isOpen ||= answer.kind === 'open';
      this.#saysEnds ||= answer.kind === 'named' || answer.kind === 'recorded';
      if (answer.kind === 'broken') onLost(this, answer.reason, answer.isGone);
      else onAnswer(this, answer);
    });
    // After an error, `exit` follows and adds nothing.
    this.#worker.on('error', (error) => onLost(this, error.message, false));
    this.#worker.on('exit', (status) => onLost(this, `it ended with status ${status}`, false));
  }

  /** Whether it has reported that its file is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether readers know by it where the journals before it end. */
  get saysEnds(): boolean {
    return this.#saysEnds;
  }

  ask(request: JournalRequest): void {
    this.#worker.postMessage(request);
  }

  /** Nobody waits for it any more. @param onEnd called when it has ended, which may be never */
  abandon(onEnd: () => void): void {
    this.#worker.once('exit', onEnd);
    this.ask({ kind: 'abandon' });
    this.unref();
  }

  /** The process may end before it. */
  unref(): void {
    this.#worker.unref();
  }
}
