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
 * @param unnamed who is meant where the address names no worker; without it, it must
 * @throws AditError `ADIT_BAD_URL` that says what was expected (and never the password)
 */
export function parseStratumUrl(
  text: string,
  unnamed?: { readonly worker: string; readonly password: string },
): StratumUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad('is no URL');
  }
  const tls = TLS.has(url.protocol);
  if (!tls && url.protocol !== 'stratum+tcp:') throw bad(`begins with ${JSON.stringify(url.protocol)}`);
  if (url.hostname === '' || url.port === '' || url.port === '0') throw bad('lacks the host or the port');
  if (url.username === '' && unnamed === undefined) throw bad('lacks the worker');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port),
    ...(url.username === '' && unnamed !== undefined ? unnamed : named(url)),
    ...(tls ? { tls } : {}),
  };
}

function named({ username, password }: URL): { worker: string; password: string } {
  return {
    worker: decodeURIComponent(username),
    password: password === '' ? 'x' : decodeURIComponent(password),
  };
}

function bad(what: string): AditError {
  return new AditError('ADIT_BAD_URL', `the pool's address ${what}; expected ${SHAPE}`);
}
