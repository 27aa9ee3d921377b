import { AditError } from '@adit/primitives';

/** Where a pool listens. */
export interface PoolUrl {
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken; left out where not. */
  readonly tls?: true;
  /** Left out where the address names none. */
  readonly worker?: string;
  readonly password?: string;
}

/** Where a miner connects, as who. */
export interface StratumUrl extends PoolUrl {
  readonly worker: string;
  readonly password: string;
}

const WITH_WORKER = 'stratum+tcp://worker:password@host:port, or stratum+tls://';
const WITHOUT_WORKER = 'host:port, stratum+tcp://host:port or stratum+tls://host:port';
const TLS = new Set(['stratum+tls:', 'stratum+ssl:']);

/**
 * Reads `stratum+tcp://worker:password@host:port`, `stratum+tls://` or `stratum+ssl://`; the password may be
 * left out, and is then `x`.
 * @throws AditError `ADIT_BAD_URL` that says what was expected (and never the password)
 */
export function parseStratumUrl(text: string): StratumUrl {
  const { worker, password = 'x', ...place } = read(text, WITH_WORKER);
  if (worker === undefined) throw bad('lacks the worker', WITH_WORKER);
  return { ...place, worker, password };
}

/**
 * Reads the same without a worker too, and `host:port`.
 * @throws AditError `ADIT_BAD_URL` that says what was expected (and never the password)
 */
export function parsePoolUrl(text: string): PoolUrl {
  return read(text, WITHOUT_WORKER);
}

function read(text: string, expected: string): PoolUrl {
  let url: URL;
  try {
    // `host:1` alone would be a scheme and a path.
    url = new URL(text.includes('://') ? text : `stratum+tcp://${text}`);
  } catch {
    throw bad(faultOf(text), expected);
  }
  const tls = TLS.has(url.protocol);
  if (!tls && url.protocol !== 'stratum+tcp:')
    throw bad(`begins with ${JSON.stringify(url.protocol)}`, expected);
  if (url.hostname === '' || url.port === '' || url.port === '0')
    throw bad('lacks the host or the port', expected);
  // What stands there is passed over by nobody: it may be half a password with # or / in it.
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw bad('has something behind the port', expected);
  }
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port),
      ...(tls ? { tls } : {}),
      ...(url.username === '' ? {} : { worker: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    };
  } catch {
    throw bad('has a % in the worker or password that stands for nothing: write it as %25', expected);
  }
}

/** Of what is no URL. The digits are not repeated: a password may stand there. */
function faultOf(text: string): string {
  const place = text.slice(text.lastIndexOf('@') + 1).replace(/^.*:\/\//, '');
  const [, digits = '0'] = /:(\d+)\/?$/.exec(place) ?? [];
  if (!place.includes('[') && place.split(':').length > 2)
    return 'has an IPv6 address without [ and ] around it';
  return Number(digits) > 65_535 ? 'has a port above 65535' : 'is no URL';
}

function bad(what: string, expected: string): AditError {
  return new AditError('ADIT_BAD_URL', `the pool's address ${what}; expected ${expected}`);
}
