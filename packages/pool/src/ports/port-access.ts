import { AditError } from '@adit/primitives';
import { type AccountReader, type CoreOptions, parseWorkerName, portAuthorizer } from '@adit/stratum';
import type { PortAccess, PortOptions } from './port-options.ts';

/**
 * The options of sessions that say which workers a port lets in, and under which account.
 * @param readAccount reads addresses of the chain's network
 * @throws AditError `ADIT_NO_ADDRESSES` where accounts are addresses, and nobody can read them
 */
export function accessOptions(
  { name, access = {} }: Pick<PortOptions, 'name' | 'access'>,
  readAccount: AccountReader | undefined,
): Pick<CoreOptions, 'authorize' | 'aliases' | 'readAccount'> {
  const { aliases, accounts = 'name' } = access;
  const shared = aliases === undefined ? {} : { aliases };
  if (accounts === 'name') return { ...shared, authorize: portAuthorizer(access) };
  if (readAccount === undefined)
    throw new AditError(
      'ADIT_NO_ADDRESSES',
      `the port ${name}: its accounts are addresses, and nothing here reads addresses of its network`,
    );
  return { ...shared, readAccount, authorize: portAuthorizer(inOneSpelling(access, readAccount)) };
}

/** A list of workers that names a payee in one spelling lets it in under all of them. */
function inOneSpelling(access: PortAccess, readAccount: AccountReader): PortAccess {
  if (access.allow === undefined) return access;
  const allow = access.allow.map((entry) => {
    const worker = parseWorkerName(entry, entry.length);
    const reading = worker === undefined ? undefined : readAccount(worker.account);
    return worker === undefined || reading === undefined || 'fault' in reading
      ? entry
      : reading.account + entry.slice(worker.account.length);
  });
  return { ...access, allow };
}
