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
    throw new AditError('ADIT_BAD_OPTION', `${option} is for a pool at stratum+tls:// only`);
  }
  if (ca === undefined) return { tls: { insecure } };
  return { tls: { ca: authorities(ca), insecure } };
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
