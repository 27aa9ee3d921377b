import { parentPort, workerData } from 'node:worker_threads';
import { EquihashSolver, equihashSizes, TrueHashDataset, TrueHasher, zcashBlockHash } from '@adit/pow';
import { concatBytes, hashValue } from '@adit/primitives';
import { firstNonceOf } from '@adit/stratum';
import type { MineOrder, MineReport, MineTask, MineWorkerData } from './mine-protocol.ts';

// One mining thread. It works in steps (one Equihash nonce, some hundred hashes), so that orders get
// through between them; within a step the shared generation number tells it to stop.
const port = parentPort;
if (port === null) throw new Error('the mining worker runs in a worker thread');
const { generation, thread } = workerData as MineWorkerData;
const newest = new Int32Array(generation);
const report = (message: MineReport) => port.postMessage(message);

/** About five milliseconds of hashing. */
const HASHES_PER_STEP = 256;
const MAX_NONCE = (1n << 64n) - 1n;

let task: MineTask | undefined;
let running = false;
let step: () => void = () => {};

const isStale = () => task === undefined || Atomics.load(newest, 0) !== task.generation;

port.on('message', (order: MineOrder) => {
  if (order.kind === 'stop') {
    task = undefined;
    port.close();
    return;
  }
  task = order;
  step = order.kind === 'zcash' ? zcashStep(order) : trueHashStep(order);
  if (!running) run();
});

function run(): void {
  running = !isStale();
  if (!running) return;
  step();
  setImmediate(run);
}

/** Nothing to do until the next order. */
function rest(): void {
  task = undefined;
}

/** Solvers are large (100 MB and more): one at a time is kept. */
let solver: { readonly key: string; readonly solver: EquihashSolver } | undefined;

function zcashStep(work: Extract<MineTask, { kind: 'zcash' }>): () => void {
  const { equihash, headerStart, nonce1, nonceLayout, target, jobId } = work;
  const key = JSON.stringify(equihash);
  if (solver?.key !== key) solver = { key, solver: new EquihashSolver(equihash, { cancelled: isStale }) };
  const { prefix } = equihashSizes(equihash);
  const nonce2 = randomNonce2(32 - nonce1.length);
  const { solver: current } = solver;
  let left = nonce2.length >= 8 ? Number.POSITIVE_INFINITY : 256 ** (nonce2.length - 1);
  return () => {
    // A pool may leave so few bytes that all are soon tried: what follows would be duplicates only.
    if (left === 0) return rest();
    left -= 1;
    count(nonce2);
    const nonce = nonceLayout === 'leading' ? concatBytes(nonce1, nonce2) : concatBytes(nonce2, nonce1);
    const header = concatBytes(headerStart, nonce);
    const solutions = current.solve(header);
    for (const solution of solutions) {
      const hash = zcashBlockHash(header, concatBytes(prefix, solution));
      if (isStale()) return;
      if (hashValue(hash) <= target) {
        report({ kind: 'zcash_share', generation: work.generation, jobId, nonce, solution });
      }
    }
    report({ kind: 'done', count: solutions.length });
  };
}

/** A random beginning, so that a restarted miner does not repeat itself; the counter is at the end. */
function randomNonce2(length: number): Uint8Array {
  const nonce2 = crypto.getRandomValues(new Uint8Array(length));
  nonce2.fill(0, Math.max(0, length - 8));
  nonce2[0] = thread & 255;
  return nonce2;
}

function count(nonce2: Uint8Array): void {
  for (let i = nonce2.length - 1; i > 0; i -= 1) {
    const next = ((nonce2[i] ?? 0) + 1) & 255;
    nonce2[i] = next;
    if (next !== 0) return;
  }
}

let hasher: { readonly hash: string; readonly hasher: TrueHasher } | undefined;

function trueHashStep(work: Extract<MineTask, { kind: 'truechain' }>): () => void {
  const { headerHash, nonce1, target, jobId, datasetHash, masks } = work;
  const key = datasetHash.toString();
  if (hasher?.hash !== key) {
    hasher = { hash: key, hasher: new TrueHasher(TrueHashDataset.fromParts({ hash: datasetHash, masks })) };
  }
  const { hasher: current } = hasher;
  const roomBits = BigInt(64 - 8 * nonce1.length);
  const room = (1n << roomBits) - 1n;
  const base = firstNonceOf(nonce1);
  let offset =
    BigInt.asUintN(64, new BigUint64Array(crypto.getRandomValues(new Uint8Array(8)).buffer)[0] ?? 0n) & room;
  return () => {
    const start = base | offset;
    // A range must not run out of the prefix, nor past 2^64.
    const left = (base | room) - start + 1n;
    const count = left > BigInt(HASHES_PER_STEP) ? HASHES_PER_STEP : Number(left);
    const { tried, found } = current.scan(headerHash, start & MAX_NONCE, count, target);
    offset = (offset + BigInt(tried)) & room;
    if (found !== undefined && !isStale()) {
      report({ kind: 'truechain_share', generation: work.generation, jobId, nonce: found.nonce });
    }
    report({ kind: 'done', count: tried });
  };
}
