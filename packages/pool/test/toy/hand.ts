import { bigintFromBytes, decodeHex, encodeHex, targetFromHex, uint32LE } from '@adit/primitives';
import { type Answer, LineClient } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import { toyDigest } from './proof.ts';

/** A connection that is driven by hand: it hands in what a test wants. */
export class ToyHand {
  readonly #client: LineClient;
  readonly #nonce1: Uint8Array;

  private constructor(client: LineClient, nonce1: Uint8Array) {
    this.#client = client;
    this.#nonce1 = nonce1;
  }

  /** Connects, logs in, and waits for the first job. */
  static async connect(port: number, agent = 'hand/1'): Promise<ToyHand> {
    const client = await LineClient.connect(port);
    const { result } = await client.request('mining.subscribe', [agent]);
    await client.request('mining.authorize', ['bob.rig', 'x']);
    await until('a job', () => client.last('mining.notify') !== undefined);
    return new ToyHand(client, decodeHex(result, undefined, 'nonce1'));
  }

  get jobId(): string {
    return String(this.#client.last('mining.notify')?.[0]);
  }

  get shareTarget(): bigint {
    return targetFromHex(this.#client.last('mining.set_target')?.[0], 32) ?? 0n;
  }

  /** The first nonce2 of the newest job whose value fits. */
  find(fits: (value: bigint) => boolean): { readonly nonce2: string; readonly id: string } {
    const workId = decodeHex(this.#client.last('mining.notify')?.[1], 32, 'work id');
    for (let i = 0; ; i += 1) {
      const nonce2 = uint32LE(i);
      const digest = toyDigest(workId, this.#nonce1, nonce2);
      if (fits(bigintFromBytes(digest))) return { nonce2: encodeHex(nonce2), id: encodeHex(digest) };
    }
  }

  submit(jobId: string, nonce2: string): Promise<Answer> {
    return this.#client.request('mining.submit', ['bob.rig', jobId, nonce2]);
  }

  close(): void {
    this.#client.close();
  }
}
