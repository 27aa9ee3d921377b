import { RpcFault } from '../../rpc-server.ts';

/** Codes of zecd's errors. */
export const WALLET_CODES = {
  type: -3,
  wallet: -4,
  address: -5,
  funds: -6,
  parameter: -8,
  syncing: -10,
  locked: -13,
  rejected: -26,
} as const;

/** An error of the wallet, as an answer to a call or as the end of an operation. */
export function walletFault(kind: keyof typeof WALLET_CODES, message: string): RpcFault {
  return new RpcFault(WALLET_CODES[kind], message);
}
