import type { Payee } from '@adit/money';
import { AddressFault } from './address-fault.ts';
import type { AddressNetwork, ZcashNetwork } from './networks.ts';
import { BY_PREFERENCE, type Receiver, receiverKey } from './receivers.ts';
import { readTrueChainPayee } from './truechain-address.ts';
import { readZcashAddress } from './zcash-address.ts';

type Reader = (address: string) => Payee | AddressFault;

const READERS: Readonly<Record<AddressNetwork, Reader>> = {
  zcash: zcashReader('zcash'),
  'zcash-testnet': zcashReader('zcash-testnet'),
  'zcash-regtest': zcashReader('zcash-regtest'),
  komodo: zcashReader('komodo'),
  ycash: zcashReader('ycash'),
  zclassic: zcashReader('zclassic'),
  bitcoinz: zcashReader('bitcoinz'),
  truechain: readTrueChainPayee,
};

/**
 * Reads the address of a payee: syntax, checksum, network, and whether its keys are points that can be paid. Nothing is asked over
 * the network.
 *
 * Two spellings of one payee give the same `receiver`: a TEX address that of its public key hash, a unified address that of the best
 * receiver in it (Orchard, Sapling, then transparent; ZIP 316). Bech32 in capital letters is read, and given to wallets in small
 * ones.
 *
 * @returns a fault with its cause and a sentence for the miner, if nobody can be paid there
 */
export function readPayee(address: string, network: AddressNetwork): Payee | AddressFault {
  return READERS[network](address);
}

/**
 * The keys of all receivers of an address. Wallets list a payment by the receiver that they used, which may be another one than a
 * sender of ours would choose.
 */
export function readReceivers(address: string, network: ZcashNetwork): readonly Receiver[] | AddressFault {
  const read = readZcashAddress(address, network);
  return read instanceof AddressFault ? read : read.receivers;
}

function zcashReader(network: ZcashNetwork): Reader {
  return (address) => {
    const read = readZcashAddress(address, network);
    if (read instanceof AddressFault) return read;
    const { form, receivers, text } = read;
    const kind = BY_PREFERENCE.find((one) => receivers.some((receiver) => receiver.kind === one));
    const best = receivers.find((receiver) => receiver.kind === kind);
    if (best === undefined)
      return new AddressFault('no_receiver', 'the address has no receiver of a known kind');
    return {
      address: text,
      receiver: receiverKey(best),
      kind: form === 'tex' ? 'tex' : best.kind,
    };
  };
}
