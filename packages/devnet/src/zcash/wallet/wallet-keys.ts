import { createHash } from 'node:crypto';
import { equalBytes } from '@adit/primitives';
import {
  AddressFault,
  type Receiver,
  type ReceiverKind,
  readPayee,
  writeAddress,
  writeUnifiedAddress,
} from '@adit/wallets';
import { MINER_SCRIPT } from '../coinbase.ts';
import { readNote } from '../payments/note-script.ts';
import { p2pkhScript } from '../scripts.ts';
import type { TransparentOutput } from '../transaction.ts';

/** Addresses of the devnet are those of Regtest. */
export const NETWORK = 'zcash-regtest';

/** Receivers of a wallet. There is nothing secret about them: a devnet has no signatures. */
export interface WalletKeys {
  readonly unified: string;
  readonly sapling: string;
  readonly transparent: string;
  /** Script of the transparent address. */
  readonly script: Uint8Array;
  readonly orchardRaw: Uint8Array;
  readonly saplingRaw: Uint8Array;
  /** Receiver of change, which no listing shows. */
  readonly changeRaw: Uint8Array;
}

/**
 * Derives the receivers of a seed: the same text gives the same ones.
 * @param ownsRewards whether the transparent address is that of the node's rewards
 */
export function walletKeys(seed: string, ownsRewards: boolean): WalletKeys {
  const orchard = invented('orchard', seed, 'external');
  const sapling = invented('sapling', seed, 'external');
  const change = invented('orchard', seed, 'change');
  const hash: Receiver = {
    kind: 'p2pkh',
    raw: ownsRewards ? MINER_SCRIPT.slice(3, 23) : bytesOf(seed, 'transparent', 0).slice(0, 20),
  };
  return {
    unified: writeUnifiedAddress([orchard], NETWORK),
    sapling: writeAddress(sapling, NETWORK),
    transparent: writeAddress(hash, NETWORK),
    script: p2pkhScript(hash.raw),
    orchardRaw: orchard.raw,
    saplingRaw: sapling.raw,
    changeRaw: change.raw,
  };
}

/** Whether an output belongs to a wallet, and whether it is change. */
export function ownership(keys: WalletKeys, output: TransparentOutput): 'own' | 'change' | 'foreign' {
  const note = readNote(output.script);
  if (note === undefined) return equalBytes(output.script, keys.script) ? 'own' : 'foreign';
  if (note.pool === 'sapling') return equalBytes(note.receiver, keys.saplingRaw) ? 'own' : 'foreign';
  if (equalBytes(note.receiver, keys.changeRaw)) return 'change';
  return equalBytes(note.receiver, keys.orchardRaw) ? 'own' : 'foreign';
}

/** The first bytes that are a receiver which can be paid: keys of real addresses are points of a curve. */
function invented(kind: ReceiverKind, seed: string, use: string): Receiver {
  for (let i = 0; ; i += 1) {
    const receiver: Receiver = { kind, raw: bytesOf(seed, `${kind} ${use}`, i).slice(0, 43) };
    if (!(readPayee(writeAddress(receiver, NETWORK), NETWORK) instanceof AddressFault)) return receiver;
  }
}

function bytesOf(seed: string, use: string, number: number): Uint8Array {
  return createHash('sha512').update(`${seed}\n${use}\n${number}`).digest();
}
