/**
 * Wallets that pay a pool's miners, and the addresses of payees.
 *
 * @module @adit/wallets
 */

export type { Payee, PayeeKind } from '@adit/money';
export { AditError, type AditErrorCode } from '@adit/primitives';
export { accountAddress } from './addresses/account-address.ts';
export { type AddressCause, AddressFault } from './addresses/address-fault.ts';
export {
  type AddressNetwork,
  addressNetworkOf,
  type ZcashNetwork,
  zcashNetworkOf,
} from './addresses/networks.ts';
export { readPayee, readReceivers } from './addresses/read-payee.ts';
export { type Receiver, type ReceiverKind, receiverKey } from './addresses/receivers.ts';
export { writeTrueChainAddress } from './addresses/truechain-address.ts';
export {
  receiverFromKey,
  writeAddress,
  writeTexAddress,
  writeUnifiedAddress,
} from './addresses/write-address.ts';
export { type KeyFile, openKey, readKeyFile, type ScryptCost, sealKey } from './truechain/key-file.ts';
export {
  accountOf,
  type PaymentSignature,
  paymentHash,
  type SignedPayment,
  senderOf,
  signPayment,
  type TrueChainPayment,
} from './truechain/payment.ts';
export { type RawPayment, readPayment } from './truechain/read-payment.ts';
export { encodeRlp, type RlpItem } from './truechain/rlp.ts';
export { TrueBroadcaster } from './truechain/true-broadcaster.ts';
export type { TrueNode } from './truechain/true-node.ts';
export { TrueWallet, type TrueWalletModules, type TrueWalletOptions } from './truechain/true-wallet.ts';
export { TrueWitness } from './truechain/true-witness.ts';
export { type BroadcastVerdict, NodeBroadcaster } from './zcash/node-broadcaster.ts';
export {
  type NodeTip,
  NodeWitness,
  type NodeWitnessOptions,
  type WitnessNode,
} from './zcash/node-witness.ts';
export { zecdLimits } from './zecd/limits.ts';
export { ZecdShielder } from './zecd/zecd-shielder.ts';
export { type ZecdOptions, ZecdWallet } from './zecd/zecd-wallet.ts';
