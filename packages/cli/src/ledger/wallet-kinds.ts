import path from 'node:path';
import type { ZcashNode } from '@adit/chain';
import { balanceOf, PaperWallet } from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import {
  AddressFault,
  NodeBroadcaster,
  NodeWitness,
  readReceivers,
  receiverKey,
  type ZcashNetwork,
  ZecdShielder,
  ZecdWallet,
  zcashNetworkOf,
  zecdLimits,
} from '@adit/wallets';
import type { MoneyConfig, WalletKind } from '../config/money-keys.ts';
import { readSecret } from '../config/secret.ts';
import type { ChainParts, WalletModules } from './ledger-modules.ts';

/** A wallet that is open. */
export interface OpenWallet extends WalletModules {
  close(): void;
}

/** What a wallet of the Zcash family is made of. */
interface WalletParts extends ChainParts {
  readonly network: ZcashNetwork;
  readonly settings: NonNullable<MoneyConfig['wallet']>;
  readonly witness: NodeWitness;
  readonly nodes: readonly ZcashNode[];
}

type KindModules = Pick<OpenWallet, 'wallet' | 'broadcaster' | 'shielder' | 'paper' | 'close'>;

/** Confirmations of a payment on Zcash. */
const SETTLE_DEPTH = 20;
/** A transaction of 45 payees costs 0.004 ZEC, and the shielding of 1,300 rewards 0.07. */
const MOST_FEE = 10_000_000n;

/** Opens a wallet of each kind. A kind without a row does not compile. */
const WALLETS: Readonly<Record<WalletKind, (parts: WalletParts) => KindModules>> = {
  zecd({ network, nodes, settings: { url = '', user, password_file: passwordFile, address = '' } }) {
    if (passwordFile !== undefined) readSecret(passwordFile, 'password_file of the wallet');
    const client = new JsonRpcClient({
      url,
      ...(user === undefined ? {} : { user }),
      ...(passwordFile === undefined ? {} : { passwordFile }),
    });
    const wallet = new ZecdWallet({ network, address }, { client });
    return {
      wallet,
      broadcaster: new NodeBroadcaster({ nodes }),
      shielder: new ZecdShielder(wallet),
      paper: null,
      close: () => client.close(),
    };
  },
  truechain() {
    throw new AditError('ADIT_NO_WALLET', 'a wallet of TrueChain cannot pay on this network');
  },
  paper({ chain, network, witness, dataFolder, read }) {
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
    return { wallet, broadcaster: null, shielder: null, paper: wallet, close: () => {} };
  },
};

/** @returns undefined where the configuration names no wallet. @throws AditError `ADIT_BAD_PAYEE`, `ADIT_SECRET_FILE` */
export function openZcashWallet(parts: ChainParts, nodes: readonly ZcashNode[]): OpenWallet | undefined {
  const { network: chain, money } = parts.chain;
  if (money.wallet === undefined) return undefined;
  const network = zcashNetworkOf(chain);
  if (network === undefined)
    throw new AditError('ADIT_BAD_PAYEE', `the addresses of ${chain} cannot be read`);
  const witness = new NodeWitness({}, { nodes });
  const made = WALLETS[money.wallet.kind]({ ...parts, network, settings: money.wallet, witness, nodes });
  return { ...made, witness, settleDepth: SETTLE_DEPTH, mostFee: MOST_FEE };
}
