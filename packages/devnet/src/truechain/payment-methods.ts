import { writeData, writeQuantity } from '@adit/chain';
import { AditError, encodeHex, messageOf } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { DevnetNode } from './devnet-node.ts';
import type { TakenPayment } from './payment-pool.ts';
import { GAS_PRICE, PAYMENT_GAS } from './payment-rules.ts';
import { parsePaymentTrouble } from './payment-trouble.ts';
import type { MinedPayment } from './payments.ts';
import { blockNumber, fixedHex, smallInteger } from './rpc-values.ts';

/** The fast chain as one address of the devnet shows it. */
export interface FastView {
  /** Fast blocks that it is behind the others. */
  behind: number;
}

type Method = (node: DevnetNode, params: readonly unknown[], view: FastView) => unknown;

const SERVER_ERROR = -32000;
const INVALID_PARAMS = -32602;
/** A committee member makes fast blocks; its key is nobody's here. */
const COMMITTEE = `0x${'c0'.repeat(20)}`;
const NO_LOGS = `0x${'00'.repeat(256)}`;

/** Calls about accounts, payments and fast blocks, without their namespace. */
export const PAYMENT_METHODS: Readonly<Record<string, Method>> = {
  blockNumber: (node, _params, view) => writeQuantity(headOf(node, view)),
  chainId: (node) => writeQuantity(node.payments.chainId),
  gasPrice: () => writeQuantity(GAS_PRICE),
  getBlockByNumber: (node, params, view) => {
    const head = headOf(node, view);
    const number = blockNumber(params, 0, { latest: head, pending: head });
    return number > head ? null : fastBlock(node, number, params[1] === true);
  },
  getBalance: (node, params, view) =>
    writeQuantity(node.payments.balance(addressIn(params), atIn(node, params, view))),
  getLockBalance: (_node, params) => {
    addressIn(params);
    return '0x0';
  },
  // The real node's trap: "pending" does not count what waits in its own pool.
  getTransactionCount: (node, params, view) =>
    writeQuantity(node.payments.count(addressIn(params), atIn(node, params, view))),
  sendRawTransaction: (node, params) => {
    const [data] = params;
    if (typeof data !== 'string' || !/^0x(?:[0-9a-f]{2})*$/i.test(data))
      throw new RpcFault(INVALID_PARAMS, 'invalid argument 0: hex string is wanted');
    try {
      return node.payments.send(data);
    } catch (error) {
      throw error instanceof AditError ? new RpcFault(SERVER_ERROR, messageOf(error)) : error;
    }
  },
  getTransactionByHash: (node, params, view) => {
    const hash = writeData(fixedHex(params, 0, 32, 'Hash'));
    const mined = minedIn(node, hash, view);
    if (mined !== undefined) return transactionObject(node, mined, mined);
    const waiting = node.payments.waitingWith(hash);
    return waiting === undefined ? null : transactionObject(node, waiting, undefined);
  },
  getTransactionReceipt: (node, params, view) => {
    const mined = minedIn(node, writeData(fixedHex(params, 0, 32, 'Hash')), view);
    return mined === undefined ? null : receiptObject(node, mined);
  },
};

/** Orders of tests. */
export const PAYMENT_ORDERS: Readonly<Record<string, Method>> = {
  net_version: (node) => node.payments.chainId.toString(),
  devnet_payments: (node, params) => {
    try {
      node.payments.order(parsePaymentTrouble(params[0]));
      return true;
    } catch (error) {
      throw new RpcFault(INVALID_PARAMS, messageOf(error));
    }
  },
  devnet_forgetPool: (node) => {
    node.payments.forgetPool();
    return true;
  },
  devnet_fallBehind: (_node, params, view) => {
    view.behind = smallInteger(params, 0);
    return true;
  },
  devnet_reorgFast: (node, params) => {
    try {
      node.payments.reorganise(smallInteger(params, 0), { keep: params[1] !== false });
      return true;
    } catch (error) {
      throw error instanceof RpcFault ? error : new RpcFault(INVALID_PARAMS, messageOf(error));
    }
  },
};

function headOf(node: DevnetNode, { behind }: FastView): number {
  node.payments.advance();
  return Math.max(0, node.chain.fastHead - behind);
}

function atIn(node: DevnetNode, params: readonly unknown[], view: FastView): number {
  const head = headOf(node, view);
  return Math.min(head, blockNumber(['latest', ...params].slice(-1), 0, { latest: head, pending: head }));
}

function minedIn(node: DevnetNode, hash: string, view: FastView): MinedPayment | undefined {
  const head = headOf(node, view);
  const mined = node.payments.find(hash);
  return mined !== undefined && mined.number <= head ? mined : undefined;
}

function addressIn(params: readonly unknown[]): string {
  return writeData(fixedHex(params, 0, 20, 'Address'));
}

function fastBlock(node: DevnetNode, number: number, isFull: boolean): Record<string, unknown> {
  const { fast } = node.chain;
  const payments = node.payments.inBlock(number);
  const reward = node.chain.rewards.find(({ fastNumber }) => fastNumber === number);
  return {
    number: writeQuantity(number),
    hash: writeData(fast.hashOf(number)),
    parentHash: writeData(number === 0 ? new Uint8Array(32) : fast.hashOf(number - 1)),
    timestamp: writeQuantity(fast.timeOf(number)),
    miner: COMMITTEE,
    snailNumber: writeQuantity(reward?.snailNumber ?? 0),
    gasUsed: writeQuantity(PAYMENT_GAS * BigInt(payments.length)),
    transactions: payments.map((one) => (isFull ? transactionObject(node, one, one) : one.hash)),
  };
}

function transactionObject(
  node: DevnetNode,
  { hash, from, payment, signature }: TakenPayment,
  mined: MinedPayment | undefined,
): Record<string, unknown> {
  return {
    blockHash: mined === undefined ? null : writeData(node.chain.fast.hashOf(mined.number)),
    blockNumber: mined === undefined ? null : writeQuantity(mined.number),
    transactionIndex: mined === undefined ? null : writeQuantity(mined.index),
    from,
    gas: writeQuantity(payment.gas),
    gasPrice: writeQuantity(payment.gasPrice),
    hash,
    input: '0x',
    nonce: writeQuantity(payment.nonce),
    to: `0x${encodeHex(payment.to)}`,
    value: writeQuantity(payment.value),
    v: writeQuantity(signature.v),
    r: writeQuantity(signature.r),
    s: writeQuantity(signature.s),
    payer: null,
    fee: null,
    pv: null,
    pr: null,
    ps: null,
  };
}

function receiptObject(node: DevnetNode, mined: MinedPayment): Record<string, unknown> {
  return {
    blockHash: writeData(node.chain.fast.hashOf(mined.number)),
    blockNumber: writeQuantity(mined.number),
    contractAddress: null,
    cumulativeGasUsed: writeQuantity(PAYMENT_GAS * BigInt(mined.index + 1)),
    from: mined.from,
    gasUsed: writeQuantity(PAYMENT_GAS),
    logs: [],
    logsBloom: NO_LOGS,
    status: mined.isSuccess ? '0x1' : '0x0',
    to: `0x${encodeHex(mined.payment.to)}`,
    transactionHash: mined.hash,
    transactionIndex: writeQuantity(mined.index),
  };
}
