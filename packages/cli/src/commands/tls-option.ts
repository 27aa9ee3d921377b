import { X509Certificate } from 'node:crypto';
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
 * @param tls whether the address uses TLS; without it the two options are an error, and so are both together
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function tlsOption(
  tls: boolean,
  { ca, insecure = false }: TlsCommandOptions,
): { tls?: ClientTlsOptions } {
  if (!tls) {
    if (ca === undefined && !insecure) return {};
    const option = ca === undefined ? '--insecure' : '--ca';
    throw new AditError('ADIT_BAD_OPTION', `${option} is for a pool at stratum+tls:// only`);
  }
  if (ca === undefined) return { tls: { insecure } };
  if (insecure) {
    const why = '--insecure trusts every certificate; leave one of them out';
    throw new AditError('ADIT_BAD_OPTION', `--ca and --insecure contradict each other: ${why}`);
  }
  return { tls: { ca: authorities(ca) } };
}

function authorities(file: string): Buffer {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    throw new AditError('ADIT_BAD_OPTION', `--ca: ${file} cannot be read: ${messageOf(error)}`);
  }
  try {
    // Node takes any text for a list of authorities, and would then trust nobody.
    new X509Certificate(pem);
  } catch {
    throw new AditError('ADIT_BAD_OPTION', `--ca: ${file} must hold a certificate in PEM`);
  }
  return pem;
}
