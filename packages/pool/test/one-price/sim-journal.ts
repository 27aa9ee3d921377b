import type { ShareJournal, ShareRecord } from '@adit/journal';
import { encodeHex } from '@adit/primitives';

/** The journals of all processes of a simulated pool. As the reader of real ones, it counts each share once. */
export class SimJournal {
  /** By digest, in hex. Of a share that came with two weights the smaller one counts. */
  readonly weights = new Map<string, number>();
  readonly #groups = new Map<string, Uint8Array[]>();

  async digestsOf(_network: string, group: string): Promise<readonly Uint8Array[]> {
    return this.#groups.get(group) ?? [];
  }

  async append({ digest, workGroup, weight }: ShareRecord): Promise<'kept' | 'duplicate'> {
    const key = encodeHex(digest);
    const known = this.weights.get(key);
    this.weights.set(key, Math.min(Number(weight), known ?? Number.POSITIVE_INFINITY));
    if (known !== undefined) return 'duplicate';
    const group = this.#groups.get(workGroup) ?? [];
    group.push(digest);
    this.#groups.set(workGroup, group);
    return 'kept';
  }

  asJournal(): ShareJournal {
    return this as unknown as ShareJournal;
  }
}
