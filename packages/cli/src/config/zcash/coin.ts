import type { Coin } from '../coins.ts';

/** Symbols of the coins of other networks than Zcash's own. */
const SYMBOLS: Readonly<Record<string, string>> = {
  komodo: 'KMD',
  pirate: 'ARRR',
  zclassic: 'ZCL',
  ycash: 'YEC',
  'bitcoin-gold': 'BTG',
  bitcoinz: 'BTCZ',
  litecoinz: 'LTZ',
};

/** The coin of a network of the Zcash family. All of them count in 10^-8 coins. */
export function zcashCoin(network: string): Coin {
  return { symbol: SYMBOLS[network] ?? 'ZEC', decimals: 8 };
}
