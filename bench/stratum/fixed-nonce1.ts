import path from 'node:path';
import Database from 'better-sqlite3';
import { Nonce1Cipher } from '../../packages/pool/src/nonce1/cipher.ts';
import { Nonce1Leases } from '../../packages/pool/src/nonce1/leases.ts';
import { nonce1Space, spaceName } from '../../packages/pool/src/nonce1/space.ts';

/** The secret of every pool that is measured: recorded shares fit only the nonce1 values that they were solved for. */
const KEY = new Uint8Array(32).fill(0xad);

/** Gives a data folder its secret before a pool draws one. */
export function plantKey(dataFolder: string): void {
  new Nonce1Leases(dataFolder, 'benchmark').close();
  const db = new Database(path.join(dataFolder, 'leases.db'));
  db.prepare('UPDATE secret SET key = ?').run(KEY);
  db.close();
}

/** The nonce1 that the connection number `index` of a fresh pool is given, in `length` bytes. */
export function nonce1Of(network: string, index: number, length: number): Uint8Array {
  const space = nonce1Space(length);
  const cipher = new Nonce1Cipher({ key: KEY, name: spaceName(network, space), space });
  return cipher.nonce1s(cipher.permute(index, 1), length);
}
