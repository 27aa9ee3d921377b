import { BanBook } from '../../src/conduct/ban-book.ts';
import type { BanFile } from '../../src/conduct/ban-exchange.ts';

/** `bans.db` without its thread: it answers in the next turn. */
export function banFileIn(dataFolder: string): BanFile {
  const book = new BanBook(dataFolder);
  return { exchange: async (exchange) => book.exchange(exchange), close: () => {} };
}
