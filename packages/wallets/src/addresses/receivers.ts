import { encodeHex } from '@adit/primitives';
import { isOrchardReceiver, isSaplingReceiver } from './receiver-points.ts';

/** What an address of the Zcash family leads to. */
export type ReceiverKind = 'p2pkh' | 'p2sh' | 'sapling' | 'orchard';

/** A receiver in its raw form: a hash of 20 bytes, or diversifier and key of 43 bytes. */
export interface Receiver {
  readonly kind: ReceiverKind;
  readonly raw: Uint8Array;
}

/** The type codes of ZIP 316, the lengths, and which bytes can be paid. */
export const RECEIVER_KINDS: Readonly<
  Record<
    ReceiverKind,
    { readonly code: number; readonly bytes: number; readonly isPayable: (raw: Uint8Array) => boolean }
  >
> = {
  p2pkh: { code: 0, bytes: 20, isPayable: () => true },
  p2sh: { code: 1, bytes: 20, isPayable: () => true },
  sapling: { code: 2, bytes: 43, isPayable: isSaplingReceiver },
  orchard: { code: 3, bytes: 43, isPayable: isOrchardReceiver },
};

/** Best receiver first, as ZIP 316 has a sender choose. */
export const BY_PREFERENCE: readonly ReceiverKind[] = ['orchard', 'sapling', 'p2sh', 'p2pkh'];

/** The key that all spellings of a receiver share: `Payee.receiver`. */
export function receiverKey({ kind, raw }: Receiver): string {
  return `${kind}:${encodeHex(raw)}`;
}
