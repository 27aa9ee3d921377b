// Appends shares, numbered from the second argument on, and prints the number of each as soon as it is kept, until somebody kills it.
import { ShareJournal } from '@adit/journal';

const journal = new ShareJournal({ dataFolder: process.argv[2] ?? '' });
let number = Number(process.argv[3] ?? 0);
async function appendForever(): Promise<void> {
  for (;;) {
    number += 1;
    const mine = number;
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(0, mine);
    await journal.append({
      timeMs: Date.now(),
      network: 'zcash',
      chain: 'zcash',
      height: 1,
      workId: 'work',
      workGroup: 'aa',
      account: 'a',
      worker: 'a',
      dialect: 'zcash',
      weight: 1n,
      shareTarget: 1n,
      networkTarget: 1n,
      digest,
      outcome: 'share',
    });
    // It waits where nobody reads for a while: a plain write to the descriptor would fail then.
    process.stdout.write(`${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, appendForever));
