import type { TestContext } from 'node:test';
import { MAX_PAYEES, readMinedCoinbase, transparentScript, ZcashNode } from '@adit/chain';
import { startZcashDevnet, type ZcashDevnet, type ZcashDevnetOptions } from '@adit/devnet';
import { decodeHex, encodeHex, tryDecodeHex } from '@adit/primitives';
import { type RunningPool, SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import type { PortAccess, SoloBlockOptions } from '../../src/ports/port-options.ts';
import type { PayeeReader } from '../../src/zcash/block-payee.ts';

/** The hash in the miner address of the devnet. */
export const OPERATOR = 'ad'.repeat(20);

/** Addresses are the hex of a public key's hash here, in small or in capital letters. */
export const payeesOf = (): PayeeReader => (address) => {
  const hash = tryDecodeHex(address, 20);
  if (hash === undefined) return { fault: 'this is not an address' };
  return { account: encodeHex(hash), script: transparentScript('p2pkh', hash) };
};

export interface SoloBench extends RunningPool {
  readonly devnet: ZcashDevnet;
  readonly data: string;
  readonly port: number;
  /** Reloads the configuration with other rules for logins. */
  reload(access: PortAccess): void;
  /** The coinbase of a block on the devnet: who gets what, by address. @param id as explorers show it */
  paidBy(id: string): Promise<readonly (readonly [string, bigint])[]>;
}

/** A pool with a port that pays in the block, on a devnet. */
export async function soloBench(
  context: TestContext,
  {
    solo = {},
    node = {},
    address = OPERATOR,
  }: {
    readonly solo?: Partial<SoloBlockOptions>;
    readonly node?: Partial<ZcashDevnetOptions>;
    readonly address?: string;
  } = {},
): Promise<SoloBench> {
  const data = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0, ...node });
  const chain = zcashPool([devnet.url], { soloBlock: { feePpm: 0, ...solo } });
  const running = await startPool(data, [{ ...chain, minerAddress: address }], { payeesOf });
  const rpc = new ZcashNode({ url: devnet.url });
  context.after(async () => {
    rpc.close();
    await running.pool.stop();
    await devnet.close();
  });
  return {
    ...running,
    devnet,
    data,
    port: running.portOf('zcash'),
    reload(access) {
      const ports = chain.ports.map((port) => ({ ...port, access }));
      running.pool.reload({
        dataFolder: data,
        verifierThreads: 1,
        chains: [{ ...chain, minerAddress: address, ports }],
      });
    },
    async paidBy(id) {
      const raw = decodeHex(await rpc.call('getblock', [id, 0]), undefined, 'block');
      const outputs = readMinedCoinbase(raw)?.outputs ?? [];
      if (outputs.length > MAX_PAYEES) throw new Error('too many outputs');
      // A P2PKH script has the hash behind three bytes.
      return outputs.map(({ script, value }) => [encodeHex(script.subarray(3, 23)), value] as const);
    },
  };
}
