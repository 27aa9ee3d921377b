import { transparentScript } from '@adit/chain';
import type { PayeeReader } from '@adit/pool';
import {
  AddressFault,
  type Receiver,
  readPayee,
  readReceivers,
  writeAddress,
  zcashNetworkOf,
} from '@adit/wallets';
import { addressFault, workerFaults } from '../account-addresses.ts';
import type { Located } from '../config-family.ts';
import type { Fault } from '../faults.ts';
import type { ZcashChainConfig } from './schema.ts';

type Transparent = Receiver & { readonly kind: 'p2pkh' | 'p2sh' };

const TEX =
  'a TEX address takes no coins of a coinbase, since these can only be shielded: give a transparent address of a wallet that shields';
const SHIELDED =
  'a block of this port pays transparent addresses only: give one, or a unified address with a transparent receiver';

/**
 * What reads the addresses that a coinbase of a network can pay: transparent ones, and unified ones by their transparent
 * receiver. The account is the transparent address.
 * @returns undefined for a network whose addresses are not known
 */
export function payeeReaderOf(network: string): PayeeReader | undefined {
  const known = zcashNetworkOf(network);
  if (known === undefined) return undefined;
  return (address) => {
    const payee = readPayee(address, known);
    if (payee instanceof AddressFault) return { fault: payee.message };
    // ZIP 320: who gives a TEX address, such as an exchange, cannot take funds that were shielded, nor shield them.
    if (payee.kind === 'tex') return { fault: TEX };
    const receivers = readReceivers(address, known);
    const receiver = receivers instanceof AddressFault ? undefined : receivers.find(isTransparent);
    if (receiver === undefined) return { fault: SHIELDED };
    return {
      account: writeAddress(receiver, known),
      script: transparentScript(receiver.kind, receiver.raw),
    };
  };
}

/** Addresses in the file that a coinbase cannot pay: the operator's, and names that could not log in. */
export function payeeFaults({ chain, key }: Located<ZcashChainConfig>): readonly Fault[] {
  const read = payeeReaderOf(chain.network);
  const solo = chain.ports.flatMap((port, p) =>
    port.pay === 'solo-block' ? [{ port, at: `${key}.ports[${p}]` }] : [],
  );
  if (read === undefined)
    return solo.map(({ at }) => ({
      key: `${at}.pay`,
      message: `found "solo-block", and addresses of ${chain.network} cannot be read; expected "operator"`,
    }));
  return [
    ...(chain.miner_address === undefined
      ? []
      : addressFault(chain.miner_address, `${key}.miner_address`, read)),
    ...solo.flatMap(({ port, at }) => workerFaults(port, at, read)),
  ];
}

function isTransparent(receiver: Receiver): receiver is Transparent {
  return receiver.kind === 'p2pkh' || receiver.kind === 'p2sh';
}
