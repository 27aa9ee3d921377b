import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { accountOf, sealKey, writeTrueChainAddress } from '@adit/wallets';

/** The coins of a demo are worth nothing, so its key is sealed in milliseconds. */
const COST = { n: 1_024, r: 8, p: 1 };
const MODE = 0o600;

/** A key for the pool of the demo, with the settings of its wallet. */
export interface DemoKey {
  readonly address: string;
  readonly settings: { readonly key_file: string; readonly passphrase_file: string };
}

/** Makes a key in the folder of the demo's run. */
export async function demoKey(folder: string): Promise<DemoKey> {
  const key = randomBytes(32);
  const [keyFile, passphraseFile] = [path.join(folder, 'true.key'), path.join(folder, 'true.passphrase')];
  const passphrase = randomBytes(16).toString('hex');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(passphraseFile, passphrase, { mode: MODE });
  writeFileSync(keyFile, await sealKey(key, passphrase, COST), { mode: MODE });
  return {
    address: writeTrueChainAddress(accountOf(key)),
    settings: { key_file: keyFile, passphrase_file: passphraseFile },
  };
}
