import assert from 'node:assert/strict';
import { callNode, type NodePlace, NodeRefusal } from '../zebra/node-rpc.ts';
import type { BatchSeen } from './money-site.ts';
import type { ZecdWallet } from './zecd-wallet.ts';

/** The addresses of a wallet that miners are paid to, one for each pool, so that a receipt's pool names its address. */
export interface Payees {
  readonly transparent: string;
  readonly sapling: string;
  readonly unified: string;
}

/** What a wallet received in one output. */
export interface Receipt {
  readonly txid: string;
  readonly pool: string;
  readonly amount: bigint;
}

interface ListedEntry {
  readonly txid: string;
  readonly status: string;
  readonly category: string;
  readonly pool: string;
  readonly amountZat: number;
}

const ADDRESS_OF_POOL: Readonly<Record<string, keyof Payees>> = {
  transparent: 'transparent',
  sapling: 'sapling',
  orchard: 'unified',
  ironwood: 'unified',
};
/** A transaction that the node does not know. */
const UNKNOWN = -5;

/** What the payees' own wallet found in the chain, as far as the node says that the chain has it. */
export async function receipts(wallet: ZecdWallet, node: NodePlace): Promise<readonly Receipt[]> {
  const listed = (await wallet.call('z_listtransactions', [100_000, 0, false, 0])) as readonly ListedEntry[];
  const received = listed.filter(({ category, status }) => category === 'receive' && status === 'mined');
  const mined = new Map<string, boolean>();
  for (const { txid } of received) mined.set(txid, mined.get(txid) ?? (await isInChain(node, txid)));
  return received
    .filter(({ txid }) => mined.get(txid) === true)
    .map(({ txid, pool, amountZat }) => ({ txid, pool, amount: BigInt(amountZat) }));
}

/** Whether a node's best chain has a transaction. */
export async function isInChain(node: NodePlace, txid: string): Promise<boolean> {
  try {
    const found = (await callNode(node, 'getrawtransaction', [txid, 1])) as {
      readonly height?: number;
      readonly in_active_chain?: boolean;
    };
    return found.in_active_chain !== false && (found.height ?? -1) >= 0;
  } catch (error) {
    if (error instanceof NodeRefusal && error.rpcCode === UNKNOWN) return false;
    throw error;
  }
}

/**
 * Compares what the payees got with what the books say that was paid: each payment once, to the zatoshi, in a transaction of its batch.
 * @returns the sum, in zatoshi
 */
export async function assertPaidOnce(
  batches: readonly BatchSeen[],
  payees: Payees,
  { wallet, node }: { readonly wallet: ZecdWallet; readonly node: NodePlace },
): Promise<bigint> {
  const wanted = batches.flatMap(({ items, minedTxid }) =>
    items.map(({ address, amount }) => `${minedTxid} ${address} ${amount}`),
  );
  const got = (await receipts(wallet, node)).map(
    ({ txid, pool, amount }) => `${txid} ${payees[ADDRESS_OF_POOL[pool] ?? 'unified']} ${amount}`,
  );
  assert.deepEqual(got.toSorted(), wanted.toSorted());
  return batches.reduce(
    (sum, { items }) => items.reduce((total, { amount }) => total + BigInt(amount), sum),
    0n,
  );
}
