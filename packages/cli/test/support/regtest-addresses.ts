import { decodeHex } from '@adit/primitives';
import { type Receiver, writeAddress } from '@adit/wallets';

/** Receivers whose keys are points of their curves, from the vectors of ZIP 316. */
export const RECEIVERS = {
  p2pkh: { kind: 'p2pkh', raw: decodeHex('e6cabf813929132d772d04b03ae85223d03b9be8') },
  sapling: {
    kind: 'sapling',
    raw: decodeHex('78ba60804b822cc7e970b11a96b5bccbda556a7c26f0b082cfcd9a68e2690017771c4bdcf8f8bad3c8591f'),
  },
  orchard: {
    kind: 'orchard',
    raw: decodeHex('6170bb326d6d596c1103834e8fb646ebce4f06c59a9f7baa75e502e30378edfa211a93c00fe911ceedf4ae'),
  },
} as const satisfies Readonly<Record<string, Receiver>>;

export function writeRegtest(receiver: Receiver): string {
  return writeAddress(receiver, 'zcash-regtest');
}

export const TRANSPARENT = writeRegtest(RECEIVERS.p2pkh);
