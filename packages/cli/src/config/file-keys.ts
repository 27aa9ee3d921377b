/** Keys whose values are names of files, in nodes and ports of all families. */
export const FILE_KEYS: ReadonlySet<string> = new Set([
  'password_file',
  'cookie_file',
  'tls_cert',
  'tls_key',
]);
