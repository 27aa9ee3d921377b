import { readFileSync } from 'node:fs';
import type { ClientTlsOptions } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';

export interface TlsCommandOptions {
  /** PEM file of trusted authorities. */
  readonly ca?: string;
  readonly insecure?: boolean;
}

/**
 * The TLS options from `--ca` and `--insecure`.
 * @param tls whether the address uses TLS; without it the two options are an error
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function tlsOption(
  tls: boolean,
  { ca, insecure = false }: TlsCommandOptions,
): { tls?: ClientTlsOptions } {
  if (!tls) {
    if (ca === undefined && !insecure) return {};
    const option = ca === undefined ? '--insecure' : '--ca';
    throw new AditError('ADIT_BAD_OPTION', `${option} is for a pool at stratum+tls://host:port only`);
  }
  if (ca === undefined) return { tls: { insecure } };
  try {
    return { tls: { ca: readFileSync(ca), insecure } };
  } catch (error) {
    throw new AditError('ADIT_BAD_OPTION', `--ca: ${ca} cannot be read: ${messageOf(error)}`);
  }
}
