import type { ChainMoney, LedgerMetrics } from '@adit/api';
import type { WaitCause } from '@adit/ledger';
import type { LedgerEvent } from '../log/ledger-event.ts';

/** Hears what the ledger knows beside its events. */
export interface LedgerWatch {
  /** All shares that are old enough have been taken. */
  caughtUp(): void;
  /** Every found block of the chain has its answer from the nodes. */
  looked(chain: string): void;
  money(chain: string, money: ChainMoney): void;
}

/** Counts an event of the ledger. A kind without a row does not compile. */
export function countLedgerEvent(metrics: LedgerMetrics, event: LedgerEvent): void {
  switch (event.kind) {
    case 'ledger_open':
      return metrics.writes(true);
    case 'ledger_ingested':
      return metrics.took(event.shares, event.leftOut);
    case 'block_moved':
      return metrics.blockMoved(event.chain, event.to);
    case 'payout_moved':
      return metrics.waits(event.chain, undefined);
    case 'payout_waits':
      return metrics.waits(event.chain, event.cause as WaitCause);
    case 'ledger_problem':
      return metrics.problem(event.cause);
    case 'ledger_standby':
      return metrics.writes(false);
    case 'ledger_back':
    case 'shares_paid':
    case 'reserve_moved':
    case 'ledger_metrics':
      return;
    default:
      return unknownKind(event);
  }
}

function unknownKind(_event: never): void {}
