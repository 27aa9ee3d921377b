import type { StatsQueries, StatsSubject } from '@adit/stats';
import { ProblemError } from '../problems.ts';
import type { RouteCall } from '../route.ts';
import type { ChainBooks, ChainFacts, PublicSources } from '../sources.ts';

/** The chain of a request, with its readers. */
export interface ChainView {
  readonly facts: ChainFacts;
  readonly stats: StatsQueries | undefined;
  readonly subject: StatsSubject | undefined;
  readonly books: ChainBooks | undefined;
  /** Time of the figures. */
  readonly asOfMs: number;
}

/** An account of a request that the caller may see. */
export interface AccountView extends ChainView {
  readonly stats: StatsQueries;
  readonly account: StatsSubject;
}

/** The readers of a chain. */
export function viewOf(facts: ChainFacts, sources: PublicSources): ChainView {
  const stats = sources.stats();
  return {
    facts,
    stats,
    subject: stats?.chain(facts.network),
    books: sources.books(facts.network),
    asOfMs: stats?.takenMs() ?? 0,
  };
}

/** @throws ProblemError `ADIT_API_NO_CHAIN` */
export function chainOf({ sources, params }: RouteCall): ChainView {
  const facts = factsOf(sources, params);
  if (facts === undefined) throw new ProblemError('ADIT_API_NO_CHAIN');
  return viewOf(facts, sources);
}

function factsOf(sources: PublicSources, params: RouteCall['params']): ChainFacts | undefined {
  return sources.pool().chains.find(({ name }) => name === params['chain']);
}

/** True if a request about an account has the key of this account. A key that opens nothing is as none. */
export function hasKey({ sources, params, key }: Pick<RouteCall, 'sources' | 'params' | 'key'>): boolean {
  const account = params['account'];
  if (key === undefined || account === undefined) return false;
  const facts = factsOf(sources, params);
  return facts !== undefined && sources.mayView(facts.network, account, key);
}

/**
 * Unknown and private accounts are answered alike, and names are compared whole: nobody learns which accounts there are.
 * @throws ProblemError `ADIT_API_NO_CHAIN`, `ADIT_API_NO_ACCOUNT`
 */
export function accountOf(call: RouteCall): AccountView {
  const view = chainOf(call);
  const name = call.params['account'] ?? '';
  const account = view.stats?.account(view.facts.network, name);
  if (view.stats === undefined || account === undefined) throw new ProblemError('ADIT_API_NO_ACCOUNT');
  const isOpen = call.sources.privacyOf(view.facts.network, name) !== 'private';
  if (!isOpen && !hasKey(call)) throw new ProblemError('ADIT_API_NO_ACCOUNT');
  return { ...view, stats: view.stats, account };
}

/** An address of an explorer, from its template. */
export function explorerUrl(template: string | null, name: string, value: string | null): string | null {
  return template === null || value === null
    ? null
    : template.replace(`{${name}}`, () => encodeURIComponent(value));
}
