import { AditError } from '@adit/primitives';

/** Where a miner connects, as who. */
export interface StratumUrl {
  readonly host: string;
  readonly port: number;
  readonly worker: string;
  readonly password: string;
  /** Whether TLS is spoken; left out where not. */
  readonly tls?: true;
}

const SHAPE = 'stratum+tcp://worker:password@host:port, or stratum+tls://';
const TLS = new Set(['stratum+tls:', 'stratum+ssl:']);

/**
 * Reads `stratum+tcp://worker:password@host:port`, `stratum+tls://` or `stratum+ssl://`; the password may be
 * left out.
 * @throws AditError `ADIT_BAD_URL` that says what was expected (and never the password)
 */
export function parseStratumUrl(text: string): StratumUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad('is no URL');
  }
  const tls = TLS.has(url.protocol);
  if (!tls && url.protocol !== 'stratum+tcp:') throw bad(`begins with ${JSON.stringify(url.protocol)}`);
  if (url.hostname === '' || url.port === '') throw bad('lacks the host or the port');
  if (url.username === '') throw bad('lacks the worker');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port),
    worker: decodeURIComponent(url.username),
    password: url.password === '' ? 'x' : decodeURIComponent(url.password),
    ...(tls ? { tls } : {}),
  };
}

function bad(what: string): AditError {
  return new AditError('ADIT_BAD_URL', `the pool's address ${what}; expected ${SHAPE}`);
}
