import { AditError, messageOf } from '@adit/primitives';
import type { EquihashParams } from '../equihash/params.ts';
import { type EquihashVerdict, EquihashVerifier } from '../equihash/verifier.ts';
import { TrueHashDataset } from '../truehash/dataset.ts';
import { TrueHasher } from '../truehash/hasher.ts';
import type { FromWorker, Job, Outcome, ToWorker } from './protocol.ts';

/** A pool serves one or two chains; each verifier takes 64 KiB. */
const MAX_VERIFIERS = 16;

/** Shared objects, so that the message with the answers of a batch holds each of them only once. */
const VERDICTS: Readonly<Record<EquihashVerdict, Outcome>> = {
  valid: { kind: 'equihash', verdict: 'valid' },
  wrong_length: { kind: 'equihash', verdict: 'wrong_length' },
  index_order: { kind: 'equihash', verdict: 'index_order' },
  duplicate_index: { kind: 'equihash', verdict: 'duplicate_index' },
  collision: { kind: 'equihash', verdict: 'collision' },
  nonzero_root: { kind: 'equihash', verdict: 'nonzero_root' },
};

/** Carries out the messages of a worker, without the port through which they come. */
export class JobRunner {
  readonly #verifiers = new Map<string, EquihashVerifier>();
  /** By hex of the dataset's hash. The pool bounds them: see `MAX_DATASETS` there. */
  readonly #hashers = new Map<string, TrueHasher>();

  /** @returns the answer to a batch; undefined for other messages */
  handle(message: ToWorker): FromWorker | undefined {
    switch (message.kind) {
      case 'batch':
        return { outcomes: this.#runAll(message.jobs, message.bytes) };
      case 'add':
        this.#hashers.set(message.dataset, new TrueHasher(TrueHashDataset.fromParts(message)));
        return undefined;
      case 'drop':
        this.#hashers.delete(message.dataset);
        return undefined;
    }
  }

  #runAll(jobs: readonly Job[], bytes: Uint8Array): Outcome[] {
    let at = 0;
    return jobs.map((job) => {
      const from = at;
      at += job.size;
      return this.#run(job, bytes.subarray(from, at));
    });
  }

  /** Returns errors as outcomes: the fault of one job must not fail the other jobs of its batch. */
  #run(job: Job, bytes: Uint8Array): Outcome {
    try {
      switch (job.kind) {
        case 'equihash':
          return VERDICTS[this.#verify(job, bytes)];
        case 'truehash':
          return { kind: job.kind, digest: this.#hasher(job.dataset).hash(bytes, job.nonce) };
        case 'build': {
          const { hash, masks } = TrueHashDataset.fromSeeds(bytes);
          return { kind: job.kind, hash, masks };
        }
      }
    } catch (error) {
      const code = error instanceof AditError ? error.code : 'ADIT_VERIFIER_FAILED';
      return { kind: 'error', code, message: messageOf(error) };
    }
  }

  #verify({ params, inputBytes }: Extract<Job, { kind: 'equihash' }>, bytes: Uint8Array): EquihashVerdict {
    return this.#verifier(params).verify(bytes.subarray(0, inputBytes), bytes.subarray(inputBytes));
  }

  #verifier(params: EquihashParams): EquihashVerifier {
    const key = `${params.n},${params.k},${params.personalization}`;
    const known = this.#verifiers.get(key);
    if (known !== undefined) return known;
    const made = new EquihashVerifier(params);
    for (const oldest of this.#verifiers.keys()) {
      if (this.#verifiers.size < MAX_VERIFIERS) break;
      this.#verifiers.delete(oldest);
    }
    this.#verifiers.set(key, made);
    return made;
  }

  #hasher(dataset: string): TrueHasher {
    const hasher = this.#hashers.get(dataset);
    if (hasher === undefined) {
      throw new AditError('ADIT_UNKNOWN_DATASET', `no dataset ${dataset} is loaded`);
    }
    return hasher;
  }
}
