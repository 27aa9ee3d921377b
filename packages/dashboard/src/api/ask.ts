import type { Problem } from './types.ts';

/** Why there is no answer: the server's own problem, or `offline` where no server answered. */
export class AskError extends Error {
  readonly code: Problem['code'] | 'offline';

  constructor(code: Problem['code'] | 'offline') {
    super(code);
    this.code = code;
  }
}

/** An answer takes milliseconds; after this the connection is taken for lost. */
const WAIT_MS = 10_000;

/**
 * Asks the API. The browser keeps answers with their tags, so a document that did not change costs a 304.
 * @param path below /api/v1, with encoded parts
 * @throws AskError
 */
export async function ask<Answer>(path: string, key?: string): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, {
    signal: AbortSignal.timeout(WAIT_MS),
    credentials: 'omit',
    cache: 'no-cache',
    ...(key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } }),
  }).catch(() => {
    throw new AskError('offline');
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) throw new AskError('offline');
  if (!response.ok) throw new AskError('code' in body ? (body as Problem).code : 'offline');
  return body as Answer;
}

/** A path of the API. Each part is encoded, whatever characters it has. */
export function apiPath(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

/** The key of a private account. It stands in the fragment, which browsers send to nobody. */
export function viewKey(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get('key') ?? undefined;
}
