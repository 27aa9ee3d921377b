import type { Fault } from '../config/faults.ts';
import { isPostgresql } from '../config/postgresql-url.ts';
import type { Config } from '../config/schema.ts';

/** What a check of the books' database found. */
export interface LedgerDatabaseCheck {
  /** The server answers, and no ledger can be kept there like this. */
  readonly faults: readonly Fault[];
  /** The server does not answer now. */
  readonly warnings: readonly Fault[];
  /** Version and rights. */
  readonly notes: readonly string[];
}

const KEY = 'ledger.database';
const NOTHING: LedgerDatabaseCheck = { faults: [], warnings: [], notes: [] };

/**
 * Connects to PostgreSQL where the books are there, and asks for version and rights. The client is loaded only then.
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`
 */
export async function checkLedgerDatabase(config: Config, configFile: string): Promise<LedgerDatabaseCheck> {
  if (!isPostgresql(config.ledger.database)) return NOTHING;
  if (config.ledger.run === 'off' || config.chain.every(({ money }) => money === undefined)) return NOTHING;
  const [{ inspectPostgresql }, { ledgerPlace }] = await Promise.all([
    import('@adit/ledger'),
    import('../ledger/ledger-place.ts'),
  ]);
  const place = ledgerPlace(config, configFile);
  if (place.kind === 'sqlite') return NOTHING;
  const facts = await inspectPostgresql(place.options);
  if (facts.kind === 'gone')
    return {
      ...NOTHING,
      warnings: [{ key: KEY, message: `${place.shown} could not be asked: ${facts.detail}` }],
    };
  if (facts.kind === 'refused')
    return { ...NOTHING, faults: [{ key: KEY, message: `${place.shown}: ${facts.detail}` }] };
  const { server, user, ledger, faults } = facts;
  const has = ledger === 0 ? 'it has no ledger yet' : `its ledger has version ${ledger}`;
  return {
    ...NOTHING,
    faults: faults.map((message) => ({ key: KEY, message: `${place.shown}: ${message}` })),
    notes:
      faults.length > 0
        ? []
        : [`${KEY}: PostgreSQL ${server} at ${place.shown}: ${user} may write there, and ${has}`],
  };
}
