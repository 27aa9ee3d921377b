import type { LedgerEvent } from '../../src/log/ledger-event.ts';

/** Events of each kind: a kind without one does not compile. */
export const LEDGER_EVENTS: {
  readonly [Kind in LedgerEvent['kind']]: readonly Extract<LedgerEvent, { kind: Kind }>[];
} = {
  ledger_open: [{ kind: 'ledger_open', database: '/data/ledger.db', chains: ['zcash', 'truechain'] }],
  ledger_standby: [{ kind: 'ledger_standby', detail: 'process 7 on host writes\n' }],
  ledger_back: [{ kind: 'ledger_back', database: 'postgresql://adit@127.0.0.1:5432/adit' }],
  ledger_metrics: [{ kind: 'ledger_metrics', port: 9_343 }],
  ledger_ingested: [{ kind: 'ledger_ingested', shares: 4_096, leftOut: 1 }],
  block_moved: [
    {
      kind: 'block_moved',
      chain: 'zcash',
      what: 'block',
      hash: 'ab'.repeat(32),
      height: 7,
      from: 'seen',
      to: 'confirmed',
    },
    {
      kind: 'block_moved',
      chain: 'truechain',
      what: 'fruit',
      hash: 'cd'.repeat(32),
      height: undefined,
      from: 'confirmed',
      to: 'orphaned',
    },
  ],
  shares_paid: [{ kind: 'shares_paid', chain: 'zcash', shares: 4_096, accounts: 12, paid: '123' }],
  reserve_moved: [
    { kind: 'reserve_moved', chain: 'zcash', state: 'open', cause: 'open', detail: 'the reserve has 9 ZEC' },
    {
      kind: 'reserve_moved',
      chain: 'zcash',
      state: 'shut',
      cause: 'below_floor',
      detail: 'the reserve has 0 ZEC',
    },
  ],
  payout_moved: [{ kind: 'payout_moved', chain: 'zcash', batch: 'b1', detail: 'reserved' }],
  payout_waits: [
    { kind: 'payout_waits', chain: 'zcash', batch: undefined, cause: 'nothing_due', detail: '' },
    { kind: 'payout_waits', chain: 'zcash', batch: 'b1', cause: 'held', detail: 'matches_several' },
  ],
  ledger_problem: [
    {
      kind: 'ledger_problem',
      cause: 'payouts',
      chain: 'zcash',
      code: 'ADIT_RPC_TIMEOUT',
      detail: 'the wallet does not answer',
    },
    { kind: 'ledger_problem', cause: 'lease', chain: undefined, code: undefined, detail: '' },
  ],
};
