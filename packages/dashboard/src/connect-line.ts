/** What replaces the placeholders of a program's line. */
export interface LineValues {
  readonly host: string;
  readonly port: number;
  readonly account: string;
  readonly rig: string;
}

/** Characters that mean nothing to any shell. An address of the page may name an account, so a link could bring a command. */
const PLAIN = /^[A-Za-z0-9._-]{1,128}$/;
const ACCOUNT = 'YOUR_ADDRESS';
const RIG = 'rig1';

/** True if a name may stand in a command line. */
export function isPlainName(name: string): boolean {
  return PLAIN.test(name) && !name.startsWith('-');
}

/** The names that a line shows: what cannot stand in it is replaced by an example. */
export function lineNames(account: string, rig: string): Pick<LineValues, 'account' | 'rig'> {
  return { account: isPlainName(account) ? account : ACCOUNT, rig: isPlainName(rig) ? rig : RIG };
}

/** The line that starts a program. @param template of the API @param values with plain names */
export function commandLine(template: string, { host, port, account, rig }: LineValues): string {
  return template
    .replaceAll('{host}', host.includes(':') ? `[${host}]` : host)
    .replaceAll('{port}', String(port))
    .replaceAll('{account}', account)
    .replaceAll('{rig}', rig);
}
