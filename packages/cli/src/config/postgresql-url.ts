const SCHEME = /^postgres(?:ql)?:\/\//i;
/** Parameters that a URL may have; a password among them would be shown. */
const PARAMETERS: ReadonlySet<string> = new Set(['host', 'port', 'user', 'sslmode']);
/** URLs with a user need a host, which those of sockets lack. */
const USER_WITHOUT_HOST = /^([a-z]+:\/\/[^/?#]*@)(?=\/)/i;

/** Whether the books lie in a PostgreSQL database, and not in a file. */
export function isPostgresql(database: string): boolean {
  return SCHEME.test(database);
}

/** Whether such an address names a user, a database and a host or a folder of sockets, and has no password. */
export function isPostgresqlUrl(text: string): boolean {
  if (/\p{Cc}|\s/u.test(text)) return false;
  const url = URL.parse(text.replace(USER_WITHOUT_HOST, '$1socket.invalid'));
  if (url === null || url.password !== '' || url.hash !== '') return false;
  const { searchParams } = url;
  if ([...searchParams.keys()].some((name) => !PARAMETERS.has(name))) return false;
  const isSocket = url.hostname === '' || url.hostname === 'socket.invalid';
  return (
    url.pathname.length > 1 &&
    (url.username !== '' || searchParams.has('user')) &&
    (!isSocket || searchParams.has('host'))
  );
}
