import { appendAudit, type Queries } from '@adit/ledger';

/** Sets the mode of the wallet `hot` to `auto`, as an operator would. */
export async function payByItself(queries: Queries, chain: string, timeMs: number): Promise<void> {
  await queries.run(
    "INSERT INTO payout_control (chain, wallet, mode, version) VALUES (?, 'hot', 'auto', 1)",
    [chain],
  );
  const subject = `wallet:${chain}:hot`;
  const content = { mode: 'auto' };
  await appendAudit(queries, { timeMs, actor: 'operator', action: 'payouts_mode', subject, content });
}
