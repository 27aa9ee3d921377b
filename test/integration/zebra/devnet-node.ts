import path from 'node:path';
import type { ZcashChainParams } from '@adit/chain';
import { startZcashDevnet, type ZcashDevnet, ZEBRA_HABITS } from '@adit/devnet';
import type { NodeUnderTest } from './node-under-test.ts';

/** What a killed Zebra was seen to have lost. */
const FORGOTTEN = 2;

/** The project's own devnet as a double of Zebra: the same scenarios in seconds, wherever the tests run. */
export class DevnetNode implements NodeUnderTest {
  readonly url: string;
  readonly cookieFile: string;
  readonly #chain: ZcashChainParams;
  #devnet: ZcashDevnet;

  private constructor(chain: ZcashChainParams, cookieFile: string, devnet: ZcashDevnet) {
    this.#chain = chain;
    this.cookieFile = cookieFile;
    this.#devnet = devnet;
    this.url = devnet.url;
  }

  static async make(folder: string, chain: ZcashChainParams): Promise<DevnetNode> {
    const cookieFile = path.join(folder, '.cookie');
    return new DevnetNode(chain, cookieFile, await startZcashDevnet(optionsOf(chain, cookieFile)));
  }

  async start(): Promise<void> {
    this.#devnet = await startZcashDevnet({
      ...optionsOf(this.#chain, this.cookieFile),
      port: Number(new URL(this.url).port),
      state: this.#devnet.exportState(),
    });
  }

  async settle(): Promise<void> {}

  async stop(): Promise<void> {
    await this.#devnet.close();
  }

  async kill(): Promise<void> {
    await this.#devnet.close();
    this.#devnet.forget(FORGOTTEN);
  }

  async dropTip(): Promise<() => Promise<void>> {
    this.#devnet.reorg(1);
    return async () => {};
  }
}

function optionsOf(chain: ZcashChainParams, cookieFile: string) {
  return {
    chain,
    cookieFile,
    hangUpOnWrongSecret: true,
    habits: ZEBRA_HABITS,
    coinbaseVersion: 6 as const,
    mempoolSeconds: 0,
  };
}
