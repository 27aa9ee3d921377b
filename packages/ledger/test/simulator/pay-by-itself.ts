import { appendAudit, type Queries } from '@adit/ledger';

/** Sets the mode of a wallet to `auto`, as an operator would. */
export async function payByItself(
  queries: Queries,
  chain: string,
  timeMs: number,
  wallet = 'hot',
): Promise<void> {
  await queries.run("INSERT INTO payout_control (chain, wallet, mode, version) VALUES (?, ?, 'auto', 1)", [
    chain,
    wallet,
  ]);
  const subject = `wallet:${chain}:${wallet}`;
  const content = { mode: 'auto' };
  await appendAudit(queries, { timeMs, actor: 'operator', action: 'payouts_mode', subject, content });
}
