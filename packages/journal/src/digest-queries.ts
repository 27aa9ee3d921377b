import { AditError } from '@adit/primitives';

type Settle = (outcome: readonly Uint8Array[] | AditError) => void;

/** The questions for digests that the journal's thread has not answered yet: at most one for each group of work. */
export class DigestQueries {
  readonly #open = new Map<number, Settle>();
  #next = 0;

  get size(): number {
    return this.#open.size;
  }

  /** @param ask is called with the number of the question */
  ask(ask: (id: number) => void): Promise<readonly Uint8Array[]> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#open.set(id, (outcome) => (outcome instanceof AditError ? reject(outcome) : resolve(outcome)));
      ask(id);
    });
  }

  answer(id: number, digests: readonly Uint8Array[]): void {
    this.#open.get(id)?.(digests);
    this.#open.delete(id);
  }

  failAll(error: AditError): void {
    for (const settle of this.#open.values()) settle(error);
    this.#open.clear();
  }
}
