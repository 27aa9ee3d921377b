import { AditError } from '@adit/primitives';
import { Fields } from '@adit/rpc';

const QUANTITY = /^0x[0-9a-f]{1,64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const HASH = /^0x[0-9a-f]{64}$/;
/** A fast block holds fewer plain payments than this. */
const MOST_TRANSACTIONS = 20_000;

/** A transaction that is in a block of a node. */
export interface MinedTransaction {
  readonly txid: string;
  readonly height: number;
  /** Hash of its block. */
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly nonce: bigint;
  readonly value: bigint;
  /** Gas used, times its price. */
  readonly fee: bigint;
  readonly isSuccess: boolean;
}

/** A quantity: 0x and hex. @throws AditError `ADIT_BAD_FIELD` */
export function quantityOf(value: unknown, field: string): bigint {
  return BigInt(textOf(value, QUANTITY, field, '0x and 1 to 64 hex digits'));
}

/** A height. @throws AditError `ADIT_BAD_FIELD` */
export function heightOf(value: unknown, field: string): number {
  const height = quantityOf(value, field);
  if (height > BigInt(Number.MAX_SAFE_INTEGER)) throw badField(field, 'less than 2^53');
  return Number(height);
}

/** The hash of `etrue_getBlockByNumber`; null if the node has no such block. @throws AditError `ADIT_BAD_FIELD` */
export function blockHashOf(answer: unknown, height: number): string | null {
  if (answer === null) return null;
  new Fields(answer, 'getBlockByNumber');
  const { number, hash } = answer as { readonly number?: unknown; readonly hash?: unknown };
  if (heightOf(number, 'getBlockByNumber.number') !== height)
    throw badField('getBlockByNumber.number', String(height));
  return hashOf(hash, 'getBlockByNumber.hash');
}

/** Sender, nonce and hash of each transaction in a block that was asked for in whole. @throws AditError `ADIT_BAD_FIELD` */
export function noncesIn(
  answer: unknown,
): readonly { readonly from: string; readonly nonce: bigint; readonly txid: string }[] {
  return new Fields(answer, 'getBlockByNumber').objects('transactions', MOST_TRANSACTIONS).map((fields) => ({
    from: addressOf(fields.string('from', 42), 'transaction.from'),
    nonce: quantityOf(fields.string('nonce', 66), 'transaction.nonce'),
    txid: hashOf(fields.string('hash', 66), 'transaction.hash'),
  }));
}

/**
 * Puts a receipt and its transaction together.
 * @returns undefined where one of them is missing: no block has it
 * @throws AditError `ADIT_BAD_FIELD`, also where they do not fit together
 */
export function minedTransaction(receipt: unknown, transaction: unknown): MinedTransaction | undefined {
  if (receipt === null || transaction === null) return undefined;
  const seen = new Fields(receipt, 'getTransactionReceipt');
  const sent = new Fields(transaction, 'getTransactionByHash');
  const text = (fields: Fields, name: string) => fields.string(name, 66);
  const txid = hashOf(text(seen, 'transactionHash'), 'receipt.transactionHash');
  const hash = hashOf(text(seen, 'blockHash'), 'receipt.blockHash');
  if (hashOf(text(sent, 'hash'), 'transaction.hash') !== txid)
    throw badField('transaction.hash', 'that of its receipt');
  if (!sent.has('blockHash') || hashOf(text(sent, 'blockHash'), 'transaction.blockHash') !== hash)
    return undefined;
  const { to } = transaction as { readonly to?: unknown };
  return {
    txid,
    hash,
    height: heightOf(text(seen, 'blockNumber'), 'receipt.blockNumber'),
    from: addressOf(text(sent, 'from'), 'transaction.from'),
    // A transaction that makes a contract pays nobody.
    to: to === null ? '' : addressOf(to, 'transaction.to'),
    nonce: quantityOf(text(sent, 'nonce'), 'transaction.nonce'),
    value: quantityOf(text(sent, 'value'), 'transaction.value'),
    fee:
      quantityOf(text(seen, 'gasUsed'), 'receipt.gasUsed') *
      quantityOf(text(sent, 'gasPrice'), 'transaction.gasPrice'),
    isSuccess: quantityOf(text(seen, 'status'), 'receipt.status') === 1n,
  };
}

function addressOf(value: unknown, field: string): string {
  return textOf(value, ADDRESS, field, '0x and 40 hex digits');
}

function hashOf(value: unknown, field: string): string {
  return textOf(value, HASH, field, '0x and 64 hex digits');
}

function textOf(value: unknown, form: RegExp, field: string, expected: string): string {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (!form.test(text)) throw badField(field, expected);
  return text;
}

function badField(field: string, expected: string): AditError {
  return new AditError('ADIT_BAD_FIELD', `${field} must be ${expected}`);
}
