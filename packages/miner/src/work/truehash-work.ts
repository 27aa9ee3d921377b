import { TrueHashDataset, TrueHasher } from '@adit/pow';
import { firstNonceOf } from '@adit/stratum';
import type { MineTask } from './mine-protocol.ts';
import type { MineStep, Work, WorkModules } from './work.ts';

/** About five milliseconds of hashing. More would delay the next task by as much. */
const HASHES_PER_STEP = 256;
const MAX_NONCE = (1n << 64n) - 1n;

/** Hashes a header with nonces that begin with nonce1, and reports those whose digest meets the target. */
export class TrueHashWork implements Work<'truechain'> {
  readonly #modules: WorkModules;
  /** The hasher of the last dataset; a thread needs no other at the same time. */
  #hasher: { readonly key: string; readonly hasher: TrueHasher } | undefined;

  constructor(modules: WorkModules) {
    this.#modules = modules;
  }

  begin(task: MineTask<'truechain'>): MineStep {
    const { generation, headerHash, nonce1, target, jobId } = task;
    const { isDropped, report } = this.#modules;
    const hasher = this.#hasherOf(task);
    const roomBits = BigInt(64 - 8 * nonce1.length);
    const room = (1n << roomBits) - 1n;
    const base = firstNonceOf(nonce1);
    let offset = randomUint64() & room;
    return () => {
      const start = base | offset;
      // A range must not run out of the prefix, nor past 2^64.
      const left = (base | room) - start + 1n;
      const count = left > BigInt(HASHES_PER_STEP) ? HASHES_PER_STEP : Number(left);
      const { tried, found } = hasher.scan(headerHash, start & MAX_NONCE, count, target);
      offset = (offset + BigInt(tried)) & room;
      if (found !== undefined && !isDropped()) {
        report({ kind: 'truechain_share', generation, jobId, nonce: found.nonce });
      }
      report({ kind: 'done', count: tried });
      return true;
    };
  }

  #hasherOf({ datasetHash, masks }: MineTask<'truechain'>): TrueHasher {
    const key = datasetHash.toString();
    if (this.#hasher?.key !== key) {
      const dataset = TrueHashDataset.fromParts({ hash: datasetHash, masks });
      this.#hasher = { key, hasher: new TrueHasher(dataset) };
    }
    return this.#hasher.hasher;
  }
}

function randomUint64(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}
