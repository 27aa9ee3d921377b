import type { JournaledShare } from '@adit/journal';
import type { SchemeKind, SchemeOptions } from '@adit/money';

/** What decides about a share, besides the share: it must always answer the same, since a rebuild asks again. */
export interface ShareRules {
  /** Who is paid for a share. Two spellings of one payee are one account. */
  readonly accountOf?: (share: JournaledShare) => string;
  /** The scheme of a share, by its port or worker; undefined for the scheme of the chain. */
  readonly schemeOf?: (share: JournaledShare) => SchemeKind | undefined;
  /** The first scheme of a chain for which none was set. */
  readonly firstScheme: (chain: string) => SchemeOptions;
}
