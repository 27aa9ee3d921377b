import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LedgerMetrics } from '../src/ledger-metrics.ts';
import { chainMoney, LEDGER_NOW_MS, ledgerSamples } from './support/ledger-samples.ts';

test('what is due, since when, and when was paid last are shown in coins and seconds', async () => {
  const { of } = await ledgerSamples();
  assert.equal(of('adit_ledger_owed_coins{chain="zcash"}'), 13);
  assert.equal(of('adit_ledger_due_coins{chain="zcash"}'), 12.5);
  assert.equal(of('adit_ledger_due_accounts{chain="zcash"}'), 3);
  assert.equal(of('adit_ledger_due_oldest_seconds{chain="zcash"}'), 7_200);
  assert.equal(of('adit_ledger_unpayable_accounts{chain="zcash"}'), 1);
  assert.equal(of('adit_ledger_paid_seconds{chain="zcash"}'), LEDGER_NOW_MS / 1_000 - 3_600);
  assert.equal(of('adit_ledger_payouts_on{chain="zcash"}'), 1);
  assert.equal(of('adit_ledger_balance_coins{chain="zcash",account="payable"}'), 14);
  assert.equal(of('adit_ledger_balance_coins{chain="zcash",account="reserve"}'), -5e-8);
  assert.equal(of('adit_ledger_blocks{chain="zcash",state="mature"}'), 4);
  assert.equal(of('adit_ledger_blocks{chain="zcash",state="disputed"}'), 0);
});

test('a hold is shown with its reason, once for the wallet and once for each batch, and goes when it is resumed', async () => {
  const held = await ledgerSamples((metrics) =>
    metrics.money('zcash', chainMoney({ holds: ['reconcile_gap', 'matches_several', 'matches_several'] })),
  );
  assert.equal(held.of('adit_ledger_holds{chain="zcash",reason="reconcile_gap"}'), 1);
  assert.equal(held.of('adit_ledger_holds{chain="zcash",reason="matches_several"}'), 2);
  assert.equal(held.of('adit_ledger_holds{chain="zcash",reason="operator"}'), 0);
  const resumed = await ledgerSamples((metrics) => {
    metrics.money('zcash', chainMoney({ holds: ['reconcile_gap'] }));
    metrics.money('zcash', chainMoney());
  });
  assert.equal(resumed.of('adit_ledger_holds{chain="zcash",reason="reconcile_gap"}'), 0);
});

test('what payouts wait for is one cause at a time', async () => {
  const { of } = await ledgerSamples((metrics) => {
    metrics.waits('zcash', 'wallet_behind');
    metrics.waits('zcash', 'nothing_due');
  });
  assert.equal(of('adit_ledger_waits{chain="zcash",cause="nothing_due"}'), 1);
  assert.equal(of('adit_ledger_waits{chain="zcash",cause="wallet_behind"}'), 0);
});

test('a gap that the wallet does not tell is not a number, so that an alarm about a gap does not take it for one', async () => {
  const unknown = await ledgerSamples((metrics) => metrics.money('zcash', chainMoney({ gap: null })));
  assert.ok(Number.isNaN(unknown.of('adit_ledger_gap_coins{chain="zcash"}')));
  const less = await ledgerSamples((metrics) => metrics.money('zcash', chainMoney({ gap: -1n })));
  assert.equal(less.of('adit_ledger_gap_coins{chain="zcash"}'), -1e-8);
});

test('ages grow while nothing is told any more, and a ledger that stands by is not behind', async () => {
  let now = LEDGER_NOW_MS;
  const metrics = new LedgerMetrics({ chains: ['zcash'], problems: [] }, { now: () => now });
  try {
    now += 100_000;
    assert.match(await metrics.text(), /^adit_ledger_ingest_lag_seconds 0$/m);
    metrics.writes(true);
    metrics.money('zcash', chainMoney());
    now += 60_000;
    const behind = await metrics.text();
    assert.match(behind, /^adit_ledger_ingest_lag_seconds 60$/m);
    assert.match(behind, /^adit_ledger_due_oldest_seconds\{chain="zcash"\} 7360$/m);
    metrics.caughtUp();
    now += 1_000;
    assert.match(await metrics.text(), /^adit_ledger_ingest_lag_seconds 1$/m);
  } finally {
    metrics.close();
  }
});

test('shares, moves of blocks and problems are counted, from 0 on', async () => {
  const { of } = await ledgerSamples((metrics) => {
    metrics.took(10, 1);
    metrics.took(5, 0);
    metrics.blockMoved('zcash', 'orphaned');
    metrics.blockMoved('zcash', 'a state of a newer program');
    metrics.problem('payouts');
  });
  assert.equal(of('adit_ledger_shares_total'), 15);
  assert.equal(of('adit_ledger_left_out_total'), 1);
  assert.equal(of('adit_ledger_block_moves_total{chain="zcash",state="orphaned"}'), 1);
  assert.equal(of('adit_ledger_block_moves_total{chain="zcash",state="lost"}'), 0);
  assert.equal(of('adit_ledger_problems_total{cause="payouts"}'), 1);
  assert.equal(of('adit_ledger_problems_total{cause="lease"}'), 0);
  assert.equal(of('adit_ledger_writer'), 0);
});
