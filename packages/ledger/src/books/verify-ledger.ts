import type { Breach, WalletTotal } from '@adit/money';
import { AditError, messageOf } from '@adit/primitives';
import type { LedgerDatabase } from '../database/ledger-database.ts';
import type { CheckSources, Finding, LedgerCheck } from './checks/ledger-check.ts';
import { LEDGER_CHECKS, type LedgerInvariant } from './ledger-checks.ts';

/** Breaches of one invariant that are reported. A ledger with more is broken as a whole, and a list of them would help nobody. */
const MOST_BREACHES = 100;

/** A breach of an invariant of the ledger. */
export interface LedgerBreach extends Breach {
  readonly invariant: LedgerInvariant;
  /** Null if it belongs to no chain. */
  readonly chain: string | null;
}

/** What else `verify` asks. */
export interface VerifyOptions {
  /** What the wallet of each chain says, for I13; chains that are left out are not compared. */
  readonly wallets?: ReadonlyMap<string, WalletTotal>;
}

/**
 * Checks every invariant over one state of the whole ledger. It keeps pages in memory, so a ledger of any size can be verified.
 * @returns the breaches, at most 100 of each invariant; empty if the ledger is in order. A row that cannot be read is one too.
 * @throws AditError `ADIT_LEDGER_DATABASE`
 */
export function verifyLedger(
  database: LedgerDatabase,
  { wallets = new Map() }: VerifyOptions = {},
): Promise<readonly LedgerBreach[]> {
  return database.read(async (queries) => {
    const breaches: LedgerBreach[] = [];
    for (const [name, check] of Object.entries(LEDGER_CHECKS)) {
      const invariant = name as LedgerInvariant;
      for (const finding of await findingsOf(check, { queries, wallets }))
        breaches.push({ invariant, ...finding });
    }
    return breaches;
  });
}

async function findingsOf(check: LedgerCheck, sources: CheckSources): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    for await (const finding of check(sources)) {
      findings.push(finding);
      if (findings.length >= MOST_BREACHES) break;
    }
  } catch (error) {
    // The database can be read; what it says cannot.
    if (!(error instanceof AditError) || error.code !== 'ADIT_LEDGER_DAMAGED') throw error;
    findings.push({ chain: null, about: 'a damaged row', detail: messageOf(error) });
  }
  return findings;
}
