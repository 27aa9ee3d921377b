import { AddressFault } from './address-fault.ts';
import { type AddressNetwork, zcashNetworkOf } from './networks.ts';
import { readPayee } from './read-payee.ts';
import { receiverFromKey, writeAddress } from './write-address.ts';

/**
 * The one spelling of an address, by which accounts can be called: all addresses that lead to one payee have the same.
 *
 * - A unified address becomes the address of its best receiver alone, since two of them may share it (ZIP 316).
 * - A TEX address stays one, although a transparent address has the same receiver. It takes transparent funds only (ZIP
 *   320), so paying the other address in its place could lose the money.
 * - Letters are small ones where they have no meaning, also in addresses of TrueChain, whose capital letters are a checksum.
 *
 * @returns a fault with its cause and a sentence for the miner, if nobody can be paid there
 */
export function accountAddress(address: string, network: AddressNetwork): string | AddressFault {
  const payee = readPayee(address, network);
  if (payee instanceof AddressFault) return payee;
  const zcash = zcashNetworkOf(network);
  return zcash === undefined || payee.kind === 'tex'
    ? payee.address
    : writeAddress(receiverFromKey(payee.receiver), zcash);
}
