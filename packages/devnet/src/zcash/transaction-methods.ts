import { displayHash } from '@adit/chain';
import { encodeHex, readUint32LE, tryDecodeHex } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { BlockTransaction } from './block.ts';
import type { BlockEntry } from './block-tree.ts';
import { isCoinbase } from './coinbase.ts';
import { type Pool, readNote } from './payments/note-script.ts';
import { isPayment, spentOutput } from './payments/payment-rules.ts';
import type { TransparentTransaction } from './transaction.ts';
import type { DevnetZcashChain } from './zcash-chain.ts';

const NOT_FOUND = -5;
const UNDECODABLE = -22;
const POOLS: readonly Pool[] = ['sapling', 'ironwood'];

/** Calls about transactions. They answer as Zebra does. */
export class TransactionMethods {
  readonly #chain: DevnetZcashChain;

  constructor(chain: DevnetZcashChain) {
    this.#chain = chain;
  }

  /** @throws RpcFault */
  send(hex: unknown): string {
    const raw = tryDecodeHex(hex);
    if (raw === undefined) throw new RpcFault(UNDECODABLE, 'TX decode failed');
    const verdict = this.#chain.take(raw);
    if (verdict.kind === 'refused') throw new RpcFault(verdict.code, verdict.message);
    return verdict.id;
  }

  /** A transaction of the mempool or of any branch. @throws RpcFault */
  get(txid: unknown, verbose: unknown): unknown {
    const { tree, mempool } = this.#chain;
    const id = typeof txid === 'string' ? txid : '';
    const waiting = mempool.waiting(id);
    const found = waiting === undefined ? tree.find(tree.tip, id) : undefined;
    const item = waiting ?? found?.item;
    if (item === undefined) throw new RpcFault(NOT_FOUND, 'No such mempool or main chain transaction');
    if (verbose !== 1 && verbose !== true) return encodeHex(item.raw);
    return this.describe(item, found?.holder);
  }

  /** The verbose form. @param holder a block that holds it; undefined while it waits */
  describe(item: BlockTransaction, holder: BlockEntry | undefined): Record<string, unknown> {
    const { tree } = this.#chain;
    const { transaction, raw, txid } = item;
    const isActive = holder !== undefined && tree.onBestChain(holder);
    const balances = this.#balances(transaction, holder?.parent ?? tree.tip);
    return {
      ...(isActive ? { in_active_chain: true } : holder === undefined ? {} : { in_active_chain: false }),
      hex: encodeHex(raw),
      ...(isActive ? { height: holder.height, confirmations: tree.confirmations(holder) } : {}),
      txid: displayHash(txid),
      version: transaction.version,
      expiryheight: transaction.expiryHeight,
      locktime: transaction.lockTime,
      vin: inputsJson(transaction, (prevout) => this.#isTransparent(prevout, holder?.parent ?? tree.tip)),
      vout: transaction.outputs.flatMap(({ value, script }, n) =>
        readNote(script) === undefined
          ? [{ n, valueZat: value, scriptPubKey: { hex: encodeHex(script) } }]
          : [],
      ),
      valueBalanceZat: balances.sapling,
      ironwood: { valueBalanceZat: balances.ironwood },
      ...(holder === undefined ? {} : { blockhash: holder.id, blocktime: holder.block.header.time }),
    };
  }

  #isTransparent(prevout: Uint8Array, parent: BlockEntry): boolean {
    const source = spentOutput(prevout, parent, this.#chain.tree);
    return source === undefined || readNote(source.output.script) === undefined;
  }

  /** What leaves each pool: spends less outputs. */
  #balances(transaction: TransparentTransaction, parent: BlockEntry): Readonly<Record<Pool, bigint>> {
    const balances = { sapling: 0n, ironwood: 0n };
    if (!isPayment(transaction)) return balances;
    for (const { prevout } of transaction.inputs) {
      const output = spentOutput(prevout, parent, this.#chain.tree)?.output;
      const note = output === undefined ? undefined : readNote(output.script);
      if (output !== undefined && note !== undefined) balances[note.pool] += output.value;
    }
    for (const { value, script } of transaction.outputs) {
      const pool = POOLS.find((one) => readNote(script)?.pool === one);
      if (pool !== undefined) balances[pool] -= value;
    }
    return balances;
  }
}

function inputsJson(
  transaction: TransparentTransaction,
  isTransparent: (prevout: Uint8Array) => boolean,
): Record<string, unknown>[] {
  if (isCoinbase(transaction))
    return [{ coinbase: encodeHex(transaction.inputs[0]?.scriptSig ?? new Uint8Array()) }];
  return transaction.inputs.flatMap(({ prevout, sequence }) =>
    isTransparent(prevout)
      ? [{ txid: displayHash(prevout.subarray(0, 32)), vout: readUint32LE(prevout, 32), sequence }]
      : [],
  );
}
