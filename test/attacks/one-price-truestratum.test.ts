import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex, targetFromHex, weightOfEitherHalf } from '@adit/primitives';
import { firstNonceOf } from '@adit/stratum';
import { codeOf, LineClient } from '@adit/test-kit/line-client';
import { startPool, trueChainPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { LENIENT, trueScene } from './setup.ts';

const START = 64n;
/** A port's reading of `d=`, and what the greedy miner asks for on each of its connections. */
const weightOfDifficulty = (text: string) => BigInt(text) / 128n + 2n;
const WISHES = [128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const HASHES = 20_000;

interface Heard {
  readonly client: LineClient;
  readonly nonce1: Uint8Array;
  /** Job ids of a header, each with the target that was told before it. */
  idsOf(header: string): { readonly id: string; readonly target: bigint }[];
}

async function connect(port: number, password: string): Promise<Heard> {
  const client = await LineClient.connect(port);
  const { result } = await client.request('mining.subscribe', ['greedy/1', 'TrueStratum/1.0.0']);
  const nonce1 = decodeHex((result as unknown[])[1], undefined, 'extranonce');
  await client.request('mining.authorize', ['greedy', password]);
  await until('a job', () => client.last('mining.notify') !== undefined);
  return {
    client,
    nonce1,
    idsOf(header) {
      let target = 0n;
      const ids: { id: string; target: bigint }[] = [];
      for (const { method, params } of client.notifications) {
        if (method === 'mining.set_difficulty') target = targetFromHex(params[0], 16) ?? 0n;
        if (method === 'mining.notify' && params[2] === header) ids.push({ id: String(params[0]), target });
      }
      return ids;
    },
  };
}

/** @returns credit for each hash that was made, and its standard error */
async function greed(context: TestContext, strictPrefix: boolean): Promise<[number, number]> {
  const data = temporaryFolder(context);
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: 1n << 40n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  const port = { strictPrefix, startWeight: START, minWeight: 2n, maxWeight: 1n << 20n, weightOfDifficulty };
  const chain = trueChainPool(devnet.url, port);
  const [first] = chain.ports;
  if (first === undefined) throw new Error('no port');
  const ports = [first, { ...first, name: 'second' }];
  const start = () => startPool(data, [{ ...chain, ports }], { conduct: LENIENT });
  let running = await start();
  context.after(async () => {
    await running.pool.stop();
    await devnet.close();
  });
  const crowd = () =>
    Promise.all(
      WISHES.map((wish, i) => connect(running.portOf(i % 2 === 0 ? 'truechain' : 'second'), `x,d=${wish}`)),
    );
  let connections = await crowd();
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  let made = 0;
  const header = String(connections[0]?.client.last('mining.notify')?.[2]);
  const bytes = decodeHex(header, 32, 'header');
  for (let half = 0; half < 2; half += 1) {
    const offers = connections.map((connection) => ({ connection, ids: connection.idsOf(header) }));
    for (let i = 0; i < HASHES / 2; i += 1) {
      const own = connections[i % connections.length]?.nonce1 ?? new Uint8Array(0);
      const nonce = firstNonceOf(own) | BigInt(i + 1);
      const digest = hasher.hash(bytes, nonce);
      made += 1;
      const best = blockHalf(digest) < fruitHalf(digest) ? blockHalf(digest) : fruitHalf(digest);
      for (const { connection, ids } of offers) {
        for (const { id } of ids.filter(({ target }) => best <= target)) {
          await connection.client.request('mining.submit', ['greedy', id, nonce.toString()]);
        }
      }
    }
    if (half === 1) break;
    // The same header after a restart: a target of before must hold, and what was paid for is paid for.
    await running.pool.stop();
    running = await start();
    connections = await crowd();
    assert.equal(connections[0]?.client.last('mining.notify')?.[2], header);
  }
  const weights = readShares(data).map(({ weight }) => Number(weight));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
  return [sum / made, Math.sqrt(squares) / made];
}

for (const strict of [false, true]) {
  const ports = strict ? 'a bound prefix' : 'nonces that are bound to nobody';
  test(`T08: nine connections with wishes, two ports and a restart sell no hash above its price, with ${ports}`, async (context) => {
    const [mean, error] = await greed(context, strict);
    assert.ok(mean <= 1 + 4 * error, `credit for a hash: ${mean}, standard error ${error}`);
    assert.ok(mean >= 0.4, 'hardly anything was paid, so that nothing is proved');
  });
}

test('T08: d= in a password, reload and refreshed ids change no target of a header that miners have', async (context) => {
  const scene = await trueScene(context, { port: { startWeight: 8n, minWeight: 2n, weightOfDifficulty } });
  const client = await connect(scene.portOf('truechain'), 'x,d=32768');
  const header = String(client.client.last('mining.notify')?.[2]);
  scene.reload({ startWeight: 2n, minWeight: 2n, maxWeight: 4n });
  for (let i = 0; i < 3; i += 1) {
    const before = client.idsOf(header).length;
    await client.client.request('mining.submit', ['greedy', client.idsOf(header).at(-1)?.id, '0']);
    await until('a refreshed id', () => client.idsOf(header).length > before);
  }
  assert.deepEqual(
    new Set(client.idsOf(header).map(({ target }) => weightOfEitherHalf(target))),
    new Set([weightOfEitherHalf((1n << 127n) / 8n)]),
  );
  const headers = readdirSync(path.join(scene.data, 'targets')).filter((name) => name.length === 64);
  assert.deepEqual(headers, [header]);
});

test('T08: ports of which a header would have two targets are refused', async (context) => {
  const chain = trueChainPool('http://127.0.0.1:1');
  const [loose] = chain.ports;
  if (loose === undefined) throw new Error('no port');
  for (const other of [
    { ...loose, name: 'b', strictPrefix: true },
    { ...loose, name: 'b', startWeight: 2n },
    { ...loose, name: 'b', shareIntervalMs: 7_000 },
    { ...loose, name: 'b', fixedWeight: true },
  ]) {
    const ports = [loose, other];
    await assert.rejects(() => startPool(temporaryFolder(context), [{ ...chain, ports }]), {
      code: 'ADIT_UNLIKE_PORTS',
    });
  }
});

test('T09: a TrueHash share is paid by the target of its job: each half counts, but not twice', async (context) => {
  const { portOf, shares } = await trueScene(context);
  const rig = await TrueRig.connect(portOf('truechain'));
  const job = await rig.job();
  const { target } = rig;
  const kinds: ((block: bigint, fruit: bigint) => boolean)[] = [
    (block, fruit) => block <= target && fruit > target,
    (block, fruit) => block > target && fruit <= target,
    (block, fruit) => block <= target && fruit <= target,
    (block, fruit) => block <= target / 64n || fruit <= target / 64n,
  ];
  for (const accept of kinds) assert.equal((await rig.submit(await rig.solve(accept, job))).result, true);
  assert.deepEqual(new Set(shares().map(({ weight }) => weight)).size, 1);
  assert.equal(shares()[0]?.shareTarget, target);
  assert.equal(shares().length, kinds.length);
  const above = await rig.solve((block, fruit) => {
    const best = block < fruit ? block : fruit;
    return best > target && best <= target + target / 50n;
  }, job);
  assert.equal(codeOf(await rig.submit(above)), 23);
});
