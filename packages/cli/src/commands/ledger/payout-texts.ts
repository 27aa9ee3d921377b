import type { StoredBatch } from '@adit/ledger';
import type { ParkReason, PayoutPlan, WaitReason } from '@adit/money';
import { wholeCoins } from '@adit/money';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { plain } from '../../log/plain.ts';
import { textTable } from '../../view/text-table.ts';

/** A row for each batch. */
export function batchTable(batches: readonly StoredBatch[], { coin }: LedgerChain): string[] {
  return textTable(
    [
      ['batch', 'state', 'payees', `amount (${coin.symbol})`, 'transaction', 'why'],
      ...batches.map((batch) => [
        batch.position.id,
        batch.position.state,
        String(batch.items.length),
        wholeCoins(sumOf(batch), coin.decimals),
        batch.position.minedTxid ?? batch.position.txids.at(-1) ?? '',
        plain(batch.position.reason ?? batch.detail ?? ''),
      ]),
    ],
    (column) => column !== 2 && column !== 3,
  ).map((line) => `  ${line}`);
}

function sumOf({ items }: StoredBatch): bigint {
  return items.reduce((sum, { amount }) => sum + amount, 0n);
}

/** A batch for programs; amounts in the smallest unit. */
export function batchJson(batch: StoredBatch, withItems = false): unknown {
  const { position, tag, items } = batch;
  return {
    id: position.id,
    state: position.state,
    reason: position.reason,
    txids: position.txids,
    minedTxid: position.minedTxid,
    tag,
    payees: items.length,
    amount: String(sumOf(batch)),
    ...(withItems
      ? {
          items: items.map(({ account, payee, gross, amount, sender, nonce, isReleased }) => ({
            account,
            address: payee.address,
            gross: String(gross),
            amount: String(amount),
            ...(nonce === null ? {} : { sender, nonce: String(nonce), givenBack: isReleased }),
          })),
        }
      : {}),
  };
}

/** A plan for programs. */
export function planJson({ batches, parked, waiting }: PayoutPlan): unknown {
  return {
    batches: batches.map(({ outputs, gross, amount, fee }) => ({
      gross: String(gross),
      amount: String(amount),
      fee: String(fee),
      outputs: outputs.map((output) => ({
        address: output.payee.address,
        amount: String(output.amount),
        accounts: output.items.map(({ account }) => account),
      })),
    })),
    parked: parked.map(({ account, owed, reason }) => ({ account, owed: String(owed), reason })),
    waiting: Object.fromEntries(
      [...waiting].map(([reason, { accounts, amount }]) => [reason, { accounts, amount: String(amount) }]),
    ),
  };
}

/** A plan for people. */
export function planText({ batches, parked, waiting }: PayoutPlan, { coin }: LedgerChain): string {
  const coins = (amount: bigint) => wholeCoins(amount, coin.decimals);
  return [
    ...(batches.length === 0 ? ['nothing would be paid now'] : []),
    ...batches.flatMap(({ outputs, amount, fee }, i) => [
      `batch ${i + 1}: ${outputs.length} payees get ${coins(amount)} ${coin.symbol}, at a fee of about ${coins(fee)}`,
      ...textTable(
        [
          ['address', 'amount', 'accounts'],
          ...outputs.map((output) => [
            plain(output.payee.address),
            coins(output.amount),
            output.items.map(({ account }) => plain(account)).join(' '),
          ]),
        ],
        (column) => column !== 1,
      ).map((line) => `  ${line}`),
    ]),
    ...parked.map(
      ({ account, owed, reason }) =>
        `set aside: ${plain(account)}, ${coins(owed)} ${coin.symbol} (${PARKED[reason]})`,
    ),
    ...[...waiting].map(
      ([reason, { accounts, amount }]) =>
        `waiting: ${accounts} accounts with ${coins(amount)} ${coin.symbol} (${WAITING[reason]})`,
    ),
  ].join('\n');
}

const PARKED: Readonly<Record<ParkReason, string>> = {
  parked: 'somebody set it aside',
  no_payee: 'it has no payee: `adit ledger account payee`',
  own_address: 'the payee is an address of the pool itself',
  wallet_cannot_pay: 'this wallet cannot pay such an address',
  above_payment_cap: 'more than payment_cap',
  above_batch_cap: 'more than batch_cap',
  dust: 'too little for the network',
};

const WAITING: Readonly<Record<WaitReason, string>> = {
  below_minimum: 'below the minimum',
  no_place: 'in the next batch',
  batch_cap: 'in the next batch, since this one is at batch_cap',
  daily_cap: 'tomorrow, since today is at day_cap',
  not_spendable: 'until the wallet can spend that much',
};
