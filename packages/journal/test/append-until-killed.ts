// Appends shares until it is killed. Their numbers begin with the second argument, and each is printed once it is kept.
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
    // This write waits while the parent does not read; a plain write to the descriptor would fail then.
    process.stdout.write(`${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, appendForever));
