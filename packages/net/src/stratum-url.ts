import { AditError } from '@adit/primitives';

/** The address of a pool. */
export interface PoolUrl {
  readonly host: string;
  readonly port: number;
  /** True if the pool speaks TLS; absent if not. */
  readonly tls?: true;
  /** Absent if the address does not name a worker. */
  readonly worker?: string;
  readonly password?: string;
}

/** The address of a pool, and the worker with which a miner connects. */
export interface StratumUrl extends PoolUrl {
  readonly worker: string;
  readonly password: string;
}

const WITH_WORKER = 'stratum+tcp://worker:password@host:port, or stratum+tls://';
const WITHOUT_WORKER = 'host:port, stratum+tcp://host:port or stratum+tls://host:port';
// The spellings that pools print on their pages, and other miners take.
const TLS = new Set(['stratum+tls:', 'stratum+ssl:', 'stratums:', 'ssl:', 'tls:']);
const PLAIN = new Set(['stratum+tcp:', 'stratum:', 'tcp:']);

/**
 * Reads `stratum+tcp://worker:password@host:port`, also with `stratum+tls://` and the usual other spellings of both:
 * `stratum://`, `tcp://`, and `stratum+ssl://`, `stratums://`, `ssl://`, `tls://`. Without a password, it is `x`.
 * @throws AditError `ADIT_BAD_URL`, whose message says what was expected, and never contains the password
 */
export function parseStratumUrl(text: string): StratumUrl {
  const { worker, password = 'x', ...place } = read(text, WITH_WORKER);
  if (worker === undefined) throw bad('lacks the worker', WITH_WORKER);
  return { ...place, worker, password };
}

/**
 * Reads the same addresses with or without a worker, and `host:port`.
 * @throws AditError `ADIT_BAD_URL`, whose message says what was expected, and never contains the password
 */
export function parsePoolUrl(text: string): PoolUrl {
  return read(text, WITHOUT_WORKER);
}

function read(text: string, expected: string): PoolUrl {
  if (typeof text !== 'string') throw bad(`must be a text, not ${String(text)}`, expected);
  let url: URL;
  try {
    // `new URL` would read `host:1` as a scheme and a path.
    url = new URL(text.includes('://') ? text : `stratum+tcp://${text}`);
  } catch {
    throw bad(faultOf(text), expected);
  }
  const tls = TLS.has(url.protocol);
  if (!tls && !PLAIN.has(url.protocol)) throw bad(`begins with ${JSON.stringify(url.protocol)}`, expected);
  if (url.hostname === '' || url.port === '' || url.port === '0')
    throw bad('lacks the host or the port', expected);
  // Text behind the port is an error: it may be half of a password that contains # or /.
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

/** Says why a text is not a URL. It does not repeat the digits, because they may be part of a password. */
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
