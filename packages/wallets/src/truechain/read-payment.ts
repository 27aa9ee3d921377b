import { AditError } from '@adit/primitives';
import type { PaymentSignature, TrueChainPayment } from './payment.ts';
import { type ReadRlp, readRlp, rlpInteger } from './read-rlp.ts';

/** A transaction as `etrue_sendRawTransaction` takes it. */
export interface RawPayment {
  readonly payment: TrueChainPayment;
  readonly signature: PaymentSignature;
  /** Empty in a plain payment. */
  readonly data: Uint8Array;
}

/** Fields: nonce, gas price, gas, payee, value, data, v, r, s. */
const FIELDS = 9;
const ADDRESS_BYTES = 20;

/**
 * Reads a signed payment out of its bytes. It does not check who signed it.
 * @param raw RLP of nine fields
 * @throws AditError `ADIT_BAD_TRANSACTION` for anything else, and for one without a payee
 */
export function readPayment(raw: Uint8Array): RawPayment {
  const fields = readRlp(raw);
  if (fields instanceof Uint8Array) throw bad('rlp: expected input list for types.txdata');
  if (fields.length !== FIELDS)
    throw bad(`rlp: ${fields.length < FIELDS ? 'too few' : 'too many'} elements for types.txdata`);
  const integer = (at: number) => rlpInteger(fields[at]);
  return {
    payment: {
      nonce: integer(0),
      gasPrice: integer(1),
      gas: integer(2),
      to: addressIn(fields[3]),
      value: integer(4),
    },
    data: dataIn(fields[5]),
    signature: { v: integer(6), r: integer(7), s: integer(8) },
  };
}

function addressIn(field: ReadRlp | undefined): Uint8Array {
  if (field instanceof Uint8Array && field.length === ADDRESS_BYTES) return field;
  throw bad('rlp: input string too short for common.Address: a payment needs a payee');
}

function dataIn(field: ReadRlp | undefined): Uint8Array {
  if (field instanceof Uint8Array) return field;
  throw bad('rlp: expected input string or byte for []uint8');
}

function bad(why: string): AditError {
  return new AditError('ADIT_BAD_TRANSACTION', why);
}
