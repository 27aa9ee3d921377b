import { balanceOf } from '@adit/ledger';
import { openAccount, type SendingWallet } from '@adit/money';
import type { SimSendingWallet } from '../simulator/sim-sending-wallet.ts';
import type { PayoutDesk } from './payout-desk.ts';

/** The wallet of the world with some of its answers changed. */
export function changed(world: SimSendingWallet, over: Partial<SendingWallet>): SendingWallet {
  return {
    kind: 'sending',
    life: world.life,
    limits: world.limits,
    identity: () => world.identity(),
    funds: () => world.funds(),
    ownReceivers: (receivers) => world.ownReceivers(receivers),
    start: (payment) => world.start(payment),
    poll: (id) => world.poll(id),
    history: (from) => world.history(from),
    remembers: (txids) => world.remembers(txids),
    rawTransaction: (txid) => world.rawTransaction(txid),
    ...over,
  };
}

/** What an account is owed. */
export async function owedTo(desk: PayoutDesk, account: string): Promise<bigint> {
  return -(await desk.database.read((queries) => balanceOf(queries, 'zcash', openAccount('miner', account))));
}

/** What a receiver got, by the chain. */
export function paidTo(desk: PayoutDesk, receiver: string): bigint {
  return desk.wallet.made
    .filter(({ txid }) => desk.chain.minedAt(txid) !== undefined)
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, output) => (output.receiver === receiver ? sum + output.amount : sum), 0n);
}
