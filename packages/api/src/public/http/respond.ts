import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReadyAnswer } from './answer-cache.ts';

/** Headers of every answer, of the API and of pages. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Headers of the API: any page may read it, as it knows no cookies and changes nothing. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  ...COMMON_HEADERS,
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Half a minute in which a browser may show what it has while it asks again. */
const STALE_S = 30;

/**
 * Sends an answer: as 304 where the caller has it, shortened where it takes that, and without its body for HEAD.
 * @param isPrivate true for an answer that not everybody may see: no cache keeps it
 */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ReadyAnswer,
  headers: Readonly<Record<string, string>>,
  isPrivate = false,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('cache-control', cacheControl(answer.seconds, isPrivate));
  response.setHeader('vary', 'Accept-Encoding');
  const isGood = answer.status === 200;
  if (isGood) response.setHeader('etag', answer.etag);
  if (isGood && hasIt(request.headers['if-none-match'], answer.etag)) {
    response.writeHead(304).end();
    return;
  }
  const short = answer.gzip !== undefined && takesGzip(request.headers['accept-encoding']);
  const body = short && answer.gzip !== undefined ? answer.gzip : answer.body;
  if (short) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-type', answer.type);
  response.setHeader('content-length', body.length);
  response.writeHead(answer.status);
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

function cacheControl(seconds: number | undefined, isPrivate: boolean): string {
  if (seconds === undefined || isPrivate) return 'no-store';
  return `public, max-age=${seconds}, stale-while-revalidate=${STALE_S}`;
}

function hasIt(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

function takesGzip(header: string | string[] | undefined): boolean {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text.split(',').some((one) => {
    const [coding = '', ...parameters] = one.trim().split(';');
    const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
    return coding.toLowerCase() === 'gzip' && !isRefused;
  });
}
