import type { Connection } from '@adit/net';
import type { EndCause, PoolEnding } from '@adit/pool';

/** The pool's end of a connection without a socket: what is sent is kept until the other side takes it. */
export class SimConnection {
  readonly remoteAddress: string;
  open = true;
  /** The pool has closed it, and says why. */
  onClosed: (ending: PoolEnding) => void = () => {};
  #sent: string[] = [];

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  send(...parts: readonly (string | Uint8Array)[]): void {
    if (!this.open) return;
    this.#sent.push(
      parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString())).join(''),
    );
  }

  close(ending: PoolEnding): void {
    if (!this.open) return;
    this.open = false;
    this.onClosed(ending);
  }

  /** Nobody is slowed here: to be read later would only keep the greedy one from his work. */
  pauseFor(): void {}

  /** Nobody's place is short here. */
  prove(): void {}

  /** Messages since the last call. */
  take(): {
    readonly id: unknown;
    readonly method?: string;
    readonly params?: unknown[];
    readonly result?: unknown;
  }[] {
    const text = this.#sent.join('');
    this.#sent = [];
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  asConnection(): Connection<EndCause> {
    return this as unknown as Connection<EndCause>;
  }
}
