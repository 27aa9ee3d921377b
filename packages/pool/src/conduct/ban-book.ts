import { messageOf } from '@adit/primitives';
import type { BanAnswer, BanExchange } from './ban-exchange.ts';
import { BanStore } from './ban-store.ts';

/**
 * `bans.db` on the side of the thread: opens it, sets a broken file aside, and closes a file that failed. It waits for
 * the disk, so the main thread must not use it.
 */
export class BanBook {
  readonly #dataFolder: string;
  #store: BanStore | undefined;
  /** The file was new when it was opened, and no answer has said so. */
  #isFresh = false;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** Writes changes, and reads what other processes have written. Never throws: the answer has the trouble. */
  exchange(exchange: BanExchange): BanAnswer {
    const first = this.#try(exchange);
    const { error } = first;
    if (error === undefined || this.#store !== undefined) return first.answer;
    if (!BanStore.setBrokenFileAside(this.#dataFolder, error)) return first.answer;
    const setAside = `bans.db was broken (${messageOf(error)}) and is now bans.db.broken; a new one has been begun`;
    return { ...this.#try(exchange).answer, setAside };
  }

  #try(exchange: BanExchange): { readonly answer: BanAnswer; readonly error?: unknown } {
    const { changes, prune, limit, isLast } = exchange;
    const nothing = { fresh: false, bans: undefined, setAside: undefined };
    try {
      const store = this.#open();
      if (changes.length > 0) store.putAll(changes);
      if (prune !== undefined) store.prune(prune.endedMs, prune.keep);
      const bans = store.changed ? store.load(limit) : undefined;
      const fresh = this.#isFresh;
      this.#isFresh = false;
      if (isLast) this.#giveUp();
      return { answer: { ...nothing, saved: true, fresh, bans, trouble: undefined } };
    } catch (error) {
      // A busy file stays open: at the next exchange it may be free.
      const isBusy = this.#store !== undefined && BanStore.isBusy(error);
      if (!isBusy || isLast) this.#giveUp();
      return { answer: { ...nothing, saved: false, trouble: { isBusy, detail: messageOf(error) } }, error };
    }
  }

  #open(): BanStore {
    if (this.#store === undefined) {
      this.#store = new BanStore(this.#dataFolder);
      this.#isFresh = this.#store.fresh;
    }
    return this.#store;
  }

  #giveUp(): void {
    try {
      this.#store?.close();
    } catch {
      // It was broken already.
    }
    this.#store = undefined;
  }
}
