import { JournalFile, type NetworksOfChains } from './journal-file.ts';

/** Files that stay open; with more, a folder with many journals could use up the file handles. */
const MAX_OPEN = 32;
/**
 * Longest wait for a locked journal. A journal that is being closed, or whose process was killed, is readable again
 * within milliseconds.
 */
const WAIT_MS = 5_000;

/** Journals that are open for reading: the ones that were used last. */
export class OpenJournals {
  readonly #networks: NetworksOfChains;
  /** By path; the one that was used last is the last one. */
  readonly #open = new Map<string, JournalFile>();

  constructor(networks: NetworksOfChains) {
    this.#networks = networks;
  }

  /** @throws AditError `ADIT_JOURNAL_EMPTY`, `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE` */
  get(file: string): JournalFile {
    const known = this.#open.get(file);
    if (known !== undefined) {
      this.#open.delete(file);
      this.#open.set(file, known);
      return known;
    }
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < MAX_OPEN) break;
      this.close(oldest);
    }
    const journal = new JournalFile({ file, networks: this.#networks, waitMs: WAIT_MS });
    this.#open.set(file, journal);
    return journal;
  }

  has(file: string): boolean {
    return this.#open.has(file);
  }

  close(file: string): void {
    this.#open.get(file)?.close();
    this.#open.delete(file);
  }

  closeAll(): void {
    for (const file of [...this.#open.keys()]) this.close(file);
  }
}
