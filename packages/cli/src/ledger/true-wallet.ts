import { AditError } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import {
  AddressFault,
  openKey,
  readKeyFile,
  readPayee,
  TrueBroadcaster,
  TrueWallet,
  TrueWitness,
} from '@adit/wallets';
import type { MoneyConfig } from '../config/money-keys.ts';
import { nodeSettings } from '../config/node-settings.ts';
import { passphraseOf, readSecret } from '../config/secret.ts';
import type { ChainParts } from './ledger-modules.ts';
import type { OpenWallet } from './wallet-kinds.ts';

/** Fast blocks from a payment's own to the tip, both included: so deep the committee's chain was never reorganised. */
const SETTLE_DEPTH = 12;
/** A hundred gwei: a payment costs 0.0021 TRUE at most. */
const MOST_GAS_PRICE = 100_000_000_000;
/** Gas of as many payments as a batch can have, with as many replacements. */
const MOST_GAS = 21_000n * 512n;

type WalletSettings = NonNullable<MoneyConfig['wallet']>;

/**
 * Opens the wallet of TrueChain. The key is decrypted before the first signature; until then only its address is known.
 * @returns undefined where the configuration names no wallet
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_KEY_FILE`
 */
export function openTrueWallet({ chain: { chain, money } }: ChainParts): OpenWallet | undefined {
  const { wallet: settings } = money;
  if (settings === undefined) return undefined;
  const { key_file: keyFile = '', chain_id: chainId, most_gas_price: most = MOST_GAS_PRICE } = settings;
  if (chainId === undefined) throw new AditError('ADIT_NO_WALLET', 'the wallet needs a chain_id');
  const { account } = readKeyFile(readSecret(keyFile, 'key_file of the wallet'));
  const nodes = chain.nodes.map((node) => new JsonRpcClient(nodeSettings(node)));
  const own = (money.reward_addresses ?? []).flatMap((address) => {
    const payee = readPayee(address, 'truechain');
    return payee instanceof AddressFault ? [] : [payee.address];
  });
  const witness = new TrueWitness({ nodes });
  const mostGasPrice = BigInt(most);
  const wallet = new TrueWallet(
    { account, chainId: BigInt(chainId), mostGasPrice, own },
    { nodes, witness, key: () => keyOf(settings) },
  );
  return {
    wallet,
    witness,
    broadcaster: new TrueBroadcaster({ nodes }),
    shielder: null,
    paper: null,
    settleDepth: SETTLE_DEPTH,
    mostFee: MOST_GAS * mostGasPrice,
    close() {
      for (const node of nodes) node.close();
    },
  };
}

/**
 * Decrypts the key of a wallet.
 * @returns 32 bytes
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_KEY_FILE`
 */
export async function keyOf(settings: WalletSettings): Promise<Uint8Array> {
  const file = readKeyFile(readSecret(settings.key_file ?? '', 'key_file of the wallet'));
  return openKey(file, passphraseOf(settings));
}
