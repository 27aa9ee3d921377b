import type { z } from 'zod';
import type { PublicSources } from './sources.ts';

/** A request as a route sees it: decoded and checked. */
export interface RouteCall<Query = unknown> {
  readonly sources: PublicSources;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** What stands behind `Bearer` in the header Authorization. */
  readonly key: string | undefined;
}

/** One path of the API: what it takes, what it answers, and how it is made. */
export interface Route {
  readonly id: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** Undefined for CSV. */
  readonly answer: z.ZodObject | undefined;
  /** How long a copy of the answer serves, here and in the browser. */
  readonly seconds: number;
  readonly build: (call: RouteCall<never>) => Promise<unknown>;
}

/** Keeps the type of the query while a route is written. */
export function route<Query extends z.ZodObject>(
  spec: Omit<Route, 'query' | 'build'> & {
    readonly query: Query;
    readonly build: (call: RouteCall<z.infer<Query>>) => Promise<unknown>;
  },
): Route {
  return spec;
}
