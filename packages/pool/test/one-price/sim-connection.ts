import type { Connection } from '@adit/net';
import type { EndCause, PoolEnding } from '@adit/pool';

/** The pool's end of a connection without a socket. It keeps sent lines until the other side takes them. */
export class SimConnection {
  readonly remoteAddress: string;
  open = true;
  /** Why the pool closed the connection. */
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

  /** Nothing is paused here: a pause would only keep the greedy miner from its work. */
  pauseFor(): void {}

  holdBack(): void {}

  goOn(): void {}

  /** Places are not short here. */
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
