import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTrueChainDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex } from '@adit/primitives';
import { LineSplitter } from '@adit/stratum';
import { startPool, trueChainPool } from '@adit/test-kit/pools';
import { ReferenceTrueMiner } from '@adit/test-kit/reference-true-miner';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const STEP_MS = 10;
const HEADER_MS = 1_000;
const HASHES_PER_MS = 2;

test('the published miner finds its pace from a start that is far too easy, and every new target comes with a new header, clean', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: 1n << 40n,
    fastBlockSeconds: 0.2,
    minimumFruits: 1,
    startNumber: 100,
  });
  const { pool, portOf, events } = await startPool(data, [
    trueChainPool(devnet.url, { startWeight: 32n, minWeight: 2n, shareIntervalMs: 10_000 }),
  ]);
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  await until('work', () => events.some(({ kind }) => kind === 'work'));
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const miner = new ReferenceTrueMiner(
    { worker: 'miner1', threads: 1, hashesPerMs: HASHES_PER_MS },
    {
      search({ headerHash, target }, _dataset, from, hashes) {
        const header = decodeHex(headerHash, 32, 'header');
        for (let i = 0n; i < BigInt(hashes); i += 1n) {
          const digest = hasher.hash(header, from + i);
          if (blockHalf(digest) < target || fruitHalf(digest) < target) return from + i;
        }
        return undefined;
      },
    },
    performance.now(),
  );
  const socket = connect(portOf('truechain'), '127.0.0.1');
  await once(socket, 'connect');
  const heard: { readonly method: string; readonly params: readonly unknown[] }[] = [];
  const splitter = new LineSplitter(1 << 20);
  const send = (lines: readonly string[]) => lines.length > 0 && socket.write(`${lines.join('\n')}\n`);
  socket.on('data', (chunk) => {
    for (const bytes of splitter.push(chunk).lines) {
      const text = Buffer.from(bytes).toString();
      const message = JSON.parse(text) as { method?: string; params: readonly unknown[] };
      if (message.method !== undefined) heard.push({ method: message.method, params: message.params });
      send(miner.line(text, performance.now()));
    }
  });
  const steps = setInterval(() => send(miner.advance(performance.now())), STEP_MS);
  const headers = setInterval(() => devnet.mineBlock(), HEADER_MS);
  context.after(() => {
    clearInterval(headers);
    clearInterval(steps);
    socket.destroy();
  });
  send(miner.open());
  // 32 expected hashes are 16 ms of its work, and it sleeps for a second after them.
  await until(
    'the weight has risen a hundred times',
    () => readShares(data).some(({ weight }) => weight > 3_200n),
    120,
  );
  const before = miner.accepted;
  await until('and shares go on', () => miner.accepted > before, 120);
  // Every header here is a new block, whose clean job may find the thread half way: nothing else is refused.
  const zeros = miner.submitted.filter(({ nonce }) => nonce === '0').length;
  // The answer to the last one may be on its way.
  assert.ok(miner.refusals.length <= zeros, JSON.stringify(miner.refusals));
  assert.ok(zeros <= 1 + miner.accepted / 3, `${zeros} of ${miner.submitted.length}`);
  const header = (from: number) =>
    heard.slice(from).find(({ method }) => method === 'mining.notify')?.params[2];
  const changes = heard.flatMap(({ method }, i) => (method === 'mining.set_difficulty' ? [i] : []));
  // The start, and one step that counts the miner's sleep in.
  assert.ok(changes.length >= 2);
  for (const at of changes) {
    assert.equal(heard[at + 1]?.method, 'mining.notify');
    assert.equal(heard[at + 1]?.params[3], true);
    const earlier = heard.slice(0, at).filter(({ method }) => method === 'mining.notify');
    assert.ok(
      earlier.every(({ params }) => params[2] !== header(at)),
      'that header had a target',
    );
  }
  const byHeader = Map.groupBy(readShares(data), ({ workGroup }) => workGroup);
  for (const shares of byHeader.values()) assert.equal(new Set(shares.map(({ weight }) => weight)).size, 1);
});
