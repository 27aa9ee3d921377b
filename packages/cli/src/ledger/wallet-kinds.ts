import path from 'node:path';
import { balanceOf, PaperWallet, type Queries } from '@adit/ledger';
import type { Witness } from '@adit/money';
import { AditError } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import {
  AddressFault,
  NodeBroadcaster,
  readReceivers,
  receiverKey,
  ZecdShielder,
  ZecdWallet,
  zcashNetworkOf,
  zecdLimits,
} from '@adit/wallets';
import type { WalletKind } from '../config/money-keys.ts';
import { readSecret } from '../config/secret.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { WalletModules } from './ledger-modules.ts';

/** What a kind of wallet is made of. */
export interface WalletParts {
  readonly chain: LedgerChain;
  readonly nodes: readonly JsonRpcClient[];
  readonly witness: Witness;
  /** The data folder of the pool. */
  readonly dataFolder: string;
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
}

/** A wallet that is open. */
export interface OpenWallet extends WalletModules {
  close(): void;
}

/** Opens a wallet of each kind. A kind without a row does not compile. */
const WALLETS: Readonly<Record<WalletKind, (parts: WalletParts) => OpenWallet>> = {
  zecd({ chain, nodes }) {
    const { wallet } = chain.money;
    const network = networkOf(chain.network);
    const client = new JsonRpcClient({
      url: wallet?.url ?? '',
      ...(wallet?.user === undefined ? {} : { user: wallet.user }),
      ...(wallet?.password_file === undefined ? {} : { passwordFile: wallet.password_file }),
    });
    const zecd = new ZecdWallet({ network, address: wallet?.address ?? '' }, { client });
    return {
      wallet: zecd,
      broadcaster: new NodeBroadcaster({ nodes }),
      shielder: new ZecdShielder(zecd),
      close: () => client.close(),
    };
  },
  paper({ chain, witness, dataFolder, read }) {
    const network = networkOf(chain.network);
    const own = (chain.money.reward_addresses ?? []).flatMap((address) => {
      const receivers = readReceivers(address, network);
      return receivers instanceof AddressFault ? [] : receivers.map(receiverKey);
    });
    const wallet = new PaperWallet(
      {
        folder: path.join(dataFolder, 'payouts', chain.network),
        // A person pays by a program that we do not know. The limits of zecd are on the careful side.
        limits: zecdLimits(),
        decimals: chain.coin.decimals,
        own,
      },
      {
        witness,
        balance: () =>
          read(async (queries) => {
            const hot = await balanceOf(queries, chain.network, 'asset:hot');
            return hot + (await balanceOf(queries, chain.network, 'asset:coinbase'));
          }),
      },
    );
    return { wallet, broadcaster: null, shielder: null, close: () => {} };
  },
};

/** @returns undefined where the configuration names no wallet. @throws AditError `ADIT_BAD_PAYEE`, `ADIT_SECRET_FILE` */
export function openWallet(parts: WalletParts): OpenWallet | undefined {
  const { wallet } = parts.chain.money;
  if (wallet === undefined) return undefined;
  if (wallet.password_file !== undefined)
    readSecret(wallet.password_file, `password_file of the wallet of ${parts.chain.network}`);
  return WALLETS[wallet.kind](parts);
}

/** @throws AditError `ADIT_BAD_PAYEE` */
function networkOf(chain: string) {
  const network = zcashNetworkOf(chain);
  if (network !== undefined) return network;
  throw new AditError('ADIT_BAD_PAYEE', `the addresses of ${chain} cannot be read`);
}
