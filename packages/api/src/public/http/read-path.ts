import { ProblemError } from '../problems.ts';
import type { Route } from '../route.ts';

/** The longest address that a route needs: an account of 512 characters, each of three bytes, percent-encoded. */
const MOST_PATH = 6_000;

/** A request's path, decoded once. */
export interface ReadPath {
  readonly segments: readonly string[];
  readonly search: string;
}

/**
 * Takes a path apart. Segments are decoded one by one and once, so a slash or a dot that is encoded stays a part of a name, and nothing
 * is ever a path of a file.
 * @throws ProblemError `ADIT_API_TOO_LONG`, `ADIT_API_BAD_PATH`
 */
export function readPath(url: string): ReadPath {
  if (url.length > MOST_PATH) throw new ProblemError('ADIT_API_TOO_LONG');
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const search = at < 0 ? '' : url.slice(at + 1);
  if (!path.startsWith('/')) throw new ProblemError('ADIT_API_BAD_PATH');
  try {
    return { segments: path.slice(1).split('/').map(decodeURIComponent), search };
  } catch {
    throw new ProblemError('ADIT_API_BAD_PATH');
  }
}

/** A route, and the parameters of a path that is its. */
export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the routes of paths. Fixed segments come before parameters, as in `/blocks/summary`. */
export class RouteTable {
  readonly #routes: readonly { readonly route: Route; readonly parts: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    const fixed = ({ path }: Route) => path.split('/').filter((part) => !part.startsWith('{')).length;
    this.#routes = [...routes]
      .sort((a, b) => fixed(b) - fixed(a))
      .map((route) => ({ route, parts: route.path.slice(1).split('/') }));
  }

  find(segments: readonly string[]): FoundRoute | undefined {
    for (const { route, parts } of this.#routes) {
      if (parts.length !== segments.length) continue;
      const params: Record<string, string> = Object.create(null) as Record<string, string>;
      const fits = parts.every((part, i) => {
        const segment = segments[i] ?? '';
        if (!part.startsWith('{')) return part === segment;
        params[part.slice(1, -1)] = segment;
        return segment !== '';
      });
      if (fits) return { route, params };
    }
    return undefined;
  }
}

/**
 * The parameters of a query, each once.
 * @throws ProblemError `ADIT_API_BAD_QUERY` for one that comes twice, and for more than eight
 */
export function readQuery(search: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  if (search === '') return query;
  const parts = search.split('&', 9);
  if (parts.length > 8) throw new ProblemError('ADIT_API_BAD_QUERY', 'too many parameters');
  for (const [name, value] of new URLSearchParams(search)) {
    if (name in query) throw new ProblemError('ADIT_API_BAD_QUERY', 'a parameter comes twice');
    query[name] = value;
  }
  return query;
}
