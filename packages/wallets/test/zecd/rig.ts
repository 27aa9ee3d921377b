import assert from 'node:assert/strict';
import type { OperationAnswer, WalletOutput, WalletPayment } from '@adit/money';
import { JsonRpcClient } from '@adit/rpc';
import type { ZcashDevnetOptions } from '../../../devnet/src/zcash/devnet.ts';
import type {
  ZcashDevnetWallet,
  ZcashDevnetWalletOptions,
} from '../../../devnet/src/zcash/wallet/wallet-server.ts';
import { type Rig as DevnetRig, minedBlock, withDevnet } from '../../../devnet/test/zcash/mining.ts';
import { AddressFault } from '../../src/addresses/address-fault.ts';
import { readPayee } from '../../src/addresses/read-payee.ts';
import { NodeWitness } from '../../src/zcash/node-witness.ts';
import { ZecdWallet } from '../../src/zecd/zecd-wallet.ts';

/** Blocks after which a reward can be spent here. */
export const MATURITY = 3;

/** A devnet with the pool's wallet, the miners' one, and a driver of the first. */
export interface Rig {
  readonly devnet: DevnetRig['devnet'];
  readonly wallet: ZcashDevnetWallet;
  readonly miners: ZcashDevnetWallet;
  readonly driver: ZecdWallet;
  /** Calls to the pool's wallet and to the node without a driver. */
  readonly raw: JsonRpcClient;
  readonly node: JsonRpcClient;
  readonly witness: NodeWitness;
  /** Blocks of others. */
  mine(count: number): void;
  /** Blocks whose rewards are the wallet's. */
  mineRewards(count: number): Promise<void>;
  /** Shields what there is, and waits until it can be spent. */
  shield(): Promise<void>;
  driverOf(wallet: ZcashDevnetWallet): ZecdWallet;
}

/** Runs a test against a devnet with wallets over real sockets. With `rewards` its wallet has as many shielded rewards. */
export async function withWallets(
  options: {
    readonly rewards?: number;
    readonly devnet?: Partial<ZcashDevnetOptions>;
    readonly wallet?: ZcashDevnetWalletOptions;
  },
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const { rewards = 0 } = options;
  const settings = { coinbaseMaturity: MATURITY, mempoolTransactions: 0, ...options.devnet };
  await withDevnet(settings, async ({ devnet, node: chainNode, template, clock }) => {
    const wallet = await devnet.openWallet(options.wallet);
    const miners = await devnet.openWallet({ seed: 'miners' });
    const clients: JsonRpcClient[] = [];
    const client = (url: string): JsonRpcClient => {
      const made = new JsonRpcClient({ url });
      clients.push(made);
      return made;
    };
    const driverOf = (of: ZcashDevnetWallet): ZecdWallet =>
      new ZecdWallet({ network: 'zcash-regtest', address: of.address }, { client: client(of.url) });
    const node = client(devnet.url);
    const rig: Rig = {
      devnet,
      wallet,
      miners,
      driver: driverOf(wallet),
      raw: client(wallet.url),
      node,
      witness: new NodeWitness({}, { nodes: [node] }),
      driverOf,
      mine(count) {
        for (let i = 0; i < count; i += 1) {
          clock.seconds += 20;
          devnet.mineBlock();
        }
      },
      async mineRewards(count) {
        for (let i = 0; i < count; i += 1) {
          clock.seconds += 20;
          const verdict = await chainNode.submitBlock(minedBlock(await template()));
          assert.equal(verdict.kind, 'accepted');
        }
      },
      async shield() {
        rig.mine(MATURITY);
        const begun = await rig.driver.shield();
        assert.ok(
          begun.kind === 'operation',
          JSON.stringify(begun, (_, value: unknown) => String(value)),
        );
        await ended(rig.driver, begun.id);
        rig.mine(3);
      },
    };
    try {
      if (rewards > 0) {
        await rig.mineRewards(rewards);
        await rig.shield();
      }
      await use(rig);
    } finally {
      for (const one of clients) one.close();
    }
  });
}

/** Asks about an operation until it has ended. It ends by itself, so only a broken wallet makes this go on. */
export async function ended(
  driver: Pick<ZecdWallet, 'poll'>,
  operation: string,
): Promise<Exclude<OperationAnswer, { kind: 'running' }>> {
  for (;;) {
    const answer = await driver.poll(operation);
    if (answer.kind !== 'running') return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A payment to addresses. */
export function payment(batch: string, amounts: Readonly<Record<string, bigint>>): WalletPayment {
  const outputs = Object.entries(amounts).map(([address, amount]) => output(address, amount));
  return { batch, tag: `adit:zcash-devnet:${batch}`, outputs };
}

export function output(address: string, amount: bigint): WalletOutput {
  const payee = readPayee(address, 'zcash-regtest');
  assert.ok(!(payee instanceof AddressFault));
  return { payee, amount };
}

/** What a payment should be found by. */
export function expected({ tag, outputs }: WalletPayment) {
  return { tag, outputs: outputs.map(({ payee: { receiver }, amount }) => ({ receiver, amount })) };
}

/** Starts a payment, which must begin. @returns the id of its operation */
export async function begun(driver: ZecdWallet, wanted: WalletPayment): Promise<string> {
  const answer = await driver.start(wanted);
  assert.ok(answer.kind === 'operation', answer.kind === 'operation' ? '' : answer.why);
  return answer.id;
}
