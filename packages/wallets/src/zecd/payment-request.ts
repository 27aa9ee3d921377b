import type { WalletLimits, WalletPayment } from '@adit/money';
import { encodeHex } from '@adit/primitives';
import { AddressFault } from '../addresses/address-fault.ts';
import type { ZcashNetwork } from '../addresses/networks.ts';
import { readPayee } from '../addresses/read-payee.ts';
import { coinsText } from './amounts.ts';

/**
 * What the tag output pays to an own address. It comes back as change does. With 5,000 or less it would be in no balance of the wallet
 * any more, and the books would have more than the wallet.
 */
const TAG_ZATOSHI = 10_000n;
/** Printable ASCII, so that the wallet shows it as text; a memo has 512 bytes. */
const TAG_FORM = /^[!-~]{1,512}$/;

/** A recipient as `z_sendmany` wants it. */
export interface Recipient {
  readonly address: string;
  readonly amount: string;
  readonly memo?: string;
}

/**
 * Makes the recipients of a payment, the tag output among them. Everything that the wallet would refuse, or worse would not
 * refuse, is found here: dust, too many payees, two spellings of one receiver, kinds that it cannot pay.
 * @param ownAddress of the tag output
 * @returns a sentence, if the wallet must not be called
 */
export function recipientsOf(
  { outputs, tag }: WalletPayment,
  ownAddress: string,
  { limits, network }: { readonly limits: WalletLimits; readonly network: ZcashNetwork },
): readonly Recipient[] | string {
  if (!TAG_FORM.test(tag)) return 'the tag must be 1 to 512 printable characters';
  if (outputs.length === 0 || outputs.length > limits.mostPayees)
    return `a payment has 1 to ${limits.mostPayees} payees, not ${outputs.length}`;
  const kinds = new Map<string, number>();
  const receivers = new Set<string>();
  const recipients: Recipient[] = [];
  for (const { payee, amount } of outputs) {
    const read = readPayee(payee.address, network);
    if (read instanceof AddressFault) return `a payee cannot be paid: ${read.message}`;
    if (read.receiver !== payee.receiver || read.kind !== payee.kind)
      return 'a payee has an address that does not lead to its receiver';
    const cost = limits.payees[read.kind];
    if (cost === null) return `this wallet cannot pay addresses of the kind ${read.kind}`;
    if (amount < cost.dust)
      return `${amount} zatoshi are dust: a ${read.kind} payee gets at least ${cost.dust}`;
    if (receivers.has(read.receiver)) return 'two outputs lead to one receiver';
    receivers.add(read.receiver);
    const count = (kinds.get(read.kind) ?? 0) + 1;
    if (count > (limits.mostOfKind[read.kind] ?? limits.mostPayees))
      return `more ${read.kind} payees than one transaction can hold`;
    kinds.set(read.kind, count);
    recipients.push({ address: read.address, amount: coinsText(amount) });
  }
  const memo = encodeHex(new TextEncoder().encode(tag));
  return [...recipients, { address: ownAddress, amount: coinsText(TAG_ZATOSHI), memo }];
}
