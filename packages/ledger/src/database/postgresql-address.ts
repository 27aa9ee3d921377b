import { readFileSync, statSync } from 'node:fs';
import { AditError, messageOf, whyNotPrivate } from '@adit/primitives';

/** Where a PostgreSQL server is. */
export interface PostgresqlOptions {
  /**
   * `postgresql://user:password@host:5432/database`, or `postgresql://user@/database?host=/var/run/postgresql` for a socket.
   * `sslmode` is `disable`, `require` (encrypted, and the server may be anybody) or `verify-full`. Without it connections to other
   * machines are verified, and those within the machine are not encrypted.
   */
  readonly url: string;
  /** A file with nothing but the password, instead of one in the URL. It is read at each connection. */
  readonly passwordFile?: string;
  /** The password, instead of one in the URL or in a file. */
  readonly password?: string;
  /** Longest wait for a connection, 10,000 ms by default. */
  readonly connectMs?: number;
  /** Longest wait for the answer to a statement, 60,000 ms by default. */
  readonly answerMs?: number;
}

/** An address, as the client of the database takes it. */
export interface PostgresqlAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly ssl: false | { readonly rejectUnauthorized: boolean };
}

const PARAMETERS: ReadonlySet<string> = new Set(['host', 'port', 'user', 'sslmode']);
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const USER_WITHOUT_HOST = /^([a-z]+:\/\/[^/?#]*@)(?=\/)/;
const NO_HOST = 'socket.invalid';
/** Longest password in a file. */
const MAX_PASSWORD_BYTES = 4_096;

/** Reads the URL and the file. No message has the URL: it may have the password. @throws AditError `ADIT_BAD_URL`, `ADIT_LEDGER_DATABASE` */
export function addressOf({ url, passwordFile, password: given }: PostgresqlOptions): PostgresqlAddress {
  // URLs with a user need a host, which those of sockets lack.
  const parsed = URL.parse(url.replace(USER_WITHOUT_HOST, `$1${NO_HOST}`));
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol))
    throw badUrl('it is not a URL of PostgreSQL');
  const { searchParams } = parsed;
  // A password among them would be shown, and a misspelled sslmode would not count.
  const strange = [...searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (strange !== undefined)
    throw badUrl('it may have the parameters host, port, user and sslmode, each once');
  const host = hostOf(parsed.hostname) || searchParams.get('host') || '';
  const user = decoded(parsed.username) || searchParams.get('user') || '';
  const database = decoded(parsed.pathname.slice(1));
  if (host === '' || user === '' || database === '')
    throw badUrl('it must name a host (or a folder of sockets), a user and a database');
  const password =
    passwordFile === undefined ? (given ?? decoded(parsed.password)) : passwordIn(passwordFile);
  return {
    host,
    port: Number(parsed.port || searchParams.get('port') || 5432),
    database,
    user,
    password: password === '' ? undefined : password,
    ssl: sslOf(searchParams.get('sslmode'), host.startsWith('/') || LOOPBACK.test(host)),
  };
}

/**
 * An address as people and logs may see it, and as `pg_dump` takes it: without a password.
 * @throws AditError `ADIT_BAD_URL`
 */
export function shownPostgresql({ url }: Pick<PostgresqlOptions, 'url'>): string {
  const { host, port, user, database } = addressOf({ url });
  const name = `${encodeURIComponent(user)}@`;
  const path = encodeURIComponent(database);
  return host.startsWith('/')
    ? `postgresql://${name}/${path}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgresql://${name}${host.includes(':') ? `[${host}]` : host}:${port}/${path}`;
}

function sslOf(mode: string | null, isNear: boolean): PostgresqlAddress['ssl'] {
  switch (mode ?? (isNear ? 'disable' : 'verify-full')) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true };
    default:
      throw badUrl('sslmode is disable, require or verify-full');
  }
}

function passwordIn(file: string): string {
  let text: string;
  try {
    const stat = statSync(file);
    const why = whyNotPrivate(file, stat, process);
    if (why !== undefined) throw new Error(why);
    if (stat.size > MAX_PASSWORD_BYTES) throw new Error(`it has more than ${MAX_PASSWORD_BYTES} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AditError(
      'ADIT_LEDGER_DATABASE',
      `the password for PostgreSQL cannot be read from ${file}: ${messageOf(error)}`,
    );
  }
  return text.replace(/\r?\n$/, '');
}

/** IPv6 addresses stand in brackets. @returns an empty text for none */
function hostOf(hostname: string): string {
  return hostname === NO_HOST ? '' : decoded(hostname).replace(/^\[(.*)\]$/, '$1');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badUrl('a part of it has a broken percent escape');
  }
}

function badUrl(why: string): AditError {
  return new AditError(
    'ADIT_BAD_URL',
    `the URL of the ledger's database cannot be used: ${why}; write postgresql://user@host:5432/database`,
  );
}
