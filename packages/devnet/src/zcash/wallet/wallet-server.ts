import type { DevnetFault } from '../../faults.ts';
import { DevnetRpcServer, type DevnetRpcServerOptions } from '../../rpc-server.ts';
import type { DevnetZcashChain } from '../zcash-chain.ts';
import type { WalletTrouble } from './trouble.ts';
import { WalletMethods } from './wallet-methods.ts';
import { ZecdDouble } from './zecd-double.ts';

/** Options of a wallet of the Zcash devnet. All have defaults. */
export interface ZcashDevnetWalletOptions extends DevnetRpcServerOptions {
  /** The same text gives the same receivers. Default `operator`. */
  seed?: string;
  /** Whether the node's rewards are paid to its transparent address. Default: true for the seed `operator`. */
  ownsRewards?: boolean;
  /** Blocks after which it spends own change and what it shielded. Default 3, as zecd. */
  trustedConfirmations?: number;
  /** Blocks after which it spends what others paid. Default 10, as zecd. */
  untrustedConfirmations?: number;
  /** Time that a proof takes. Default 0. */
  proofMs?: number;
  /** Most Ironwood outputs of a transaction, change among them; 0: no limit. Default 50, as zecd. */
  orchardActionLimit?: number;
}

/** A wallet of the Zcash devnet: a double of zecd 0.9.0-rc2, with an address of its own. */
export interface ZcashDevnetWallet {
  readonly url: string;
  /** Its unified address, with an Orchard receiver. */
  readonly address: string;
  readonly saplingAddress: string;
  readonly transparentAddress: string;
  readonly height: number;
  /** Orders trouble; each order lasts until another one ends it. */
  order(trouble: Partial<WalletTrouble>): void;
  /** Hands the transactions to the node that `sent_later` kept back. */
  deliver(): void;
  /** Ends its process, and starts it anew. */
  restart(): void;
  /** Starts it with an empty database. */
  rebuild(): void;
  /** Looks for new blocks. It also does so by itself at each change of the chain. */
  sync(): void;
  inject(fault: DevnetFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** A wallet, and how it hears of changes. */
export interface OpenWallet {
  readonly wallet: ZcashDevnetWallet;
  readonly onChange: () => void;
}

/** zecd waits this long before it refuses a password. */
const REFUSAL_MS = 250;

/** @throws AditError `ADIT_NOT_LOOPBACK`; Node's own error if the port is in use */
export async function openWallet(
  options: ZcashDevnetWalletOptions,
  modules: { readonly chain: DevnetZcashChain; readonly now: () => number; readonly onClose: () => void },
): Promise<OpenWallet> {
  const { chain, now, onClose } = modules;
  const { seed = 'operator' } = options;
  const double = new ZecdDouble(
    {
      seed,
      ownsRewards: options.ownsRewards ?? seed === 'operator',
      depths: {
        reward: chain.coinbaseMaturity,
        trusted: options.trustedConfirmations ?? 3,
        untrusted: options.untrustedConfirmations ?? 10,
      },
      proofMs: options.proofMs ?? 0,
      actionLimit: options.orchardActionLimit ?? 50,
    },
    { chain, now },
  );
  const methods = new WalletMethods({ wallet: double, chain });
  const server = new DevnetRpcServer(options, methods.handle, { isBare: true, refusalMs: REFUSAL_MS });
  await server.start();
  const wallet: ZcashDevnetWallet = {
    url: server.url,
    address: double.keys.unified,
    saplingAddress: double.keys.sapling,
    transparentAddress: double.keys.transparent,
    get height() {
      return double.database.height;
    },
    order: (trouble) => double.order(trouble),
    deliver: () => double.deliver(),
    restart: () => double.restart(),
    rebuild: () => double.rebuild(),
    sync: () => double.sync(),
    inject: (fault) => server.inject(fault),
    clearFaults: () => server.clearFaults(),
    async close() {
      onClose();
      double.restart();
      await server.close();
    },
  };
  return { wallet, onChange: () => double.sync() };
}
