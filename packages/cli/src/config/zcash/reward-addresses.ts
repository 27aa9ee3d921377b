import { transparentScript } from '@adit/chain';
import { AddressFault, readReceivers, zcashNetworkOf } from '@adit/wallets';

/** How a block of the Zcash family pays the operator. */
export interface RewardIncome {
  /** Output scripts of transparent addresses. */
  readonly scripts: readonly Uint8Array[];
  /** Whether one of the addresses is shielded: then all that a coinbase pays into shielded pools is the operator's. */
  readonly isShielded: boolean;
}

/** @returns a message for each address that is not one of the network */
export function rewardFaults(network: string, addresses: readonly string[]): readonly string[] {
  const known = zcashNetworkOf(network);
  if (known === undefined) return [`addresses of ${network} cannot be read: leave [chain.money] out`];
  return addresses.flatMap((address) => {
    const receivers = readReceivers(address, known);
    return receivers instanceof AddressFault ? [`found ${address}: ${receivers.message}`] : [];
  });
}

/**
 * What the addresses of a configuration that has no fault mean.
 * @param addresses as the node's miner_address has them
 */
export function rewardIncome(network: string, addresses: readonly string[]): RewardIncome {
  const known = zcashNetworkOf(network);
  const receivers = addresses.flatMap((address) => {
    const read = known === undefined ? [] : readReceivers(address, known);
    return read instanceof AddressFault ? [] : read;
  });
  return {
    scripts: receivers.flatMap(({ kind, raw }) =>
      kind === 'p2pkh' || kind === 'p2sh' ? [transparentScript(kind, raw)] : [],
    ),
    isShielded: receivers.some(({ kind }) => kind === 'sapling' || kind === 'orchard'),
  };
}
